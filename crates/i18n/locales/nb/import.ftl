# What was found in a file that is refused as a notice; part of error-not-a-notice and its like.

notice-fault-utf-32 = Filen er i UTF-32, som vi ikke leser.
notice-fault-unknown-encoding = Vi leser ikke tegnsettet { $found }.
notice-fault-not-utf-8 = Linje { $line }, kolonne { $column }: tegnet er ikke UTF-8, og filen oppgir ikke noe annet tegnsett.
notice-fault-not-utf-16 = Filen er ikke gyldig UTF-16.
notice-fault-empty-file = Filen er tom.
notice-fault-pdf = Filen er en PDF.
notice-fault-archive = Filen er et ZIP-arkiv eller et Office-dokument.
notice-fault-json = Filen er JSON.
notice-fault-no-xml = Filen er ikke XML.
notice-fault-web-page = Filen er en nettside (HTML).
notice-fault-other-document = Dokumentet er av typen { $found }.
notice-fault-award = Den er en tildeling ({ $found }), som ikke beskriver et behov.
notice-fault-other-notice = Kunngjøringstypen { $found } beskriver ikke et behov.
notice-fault-no-id = Kunngjøringen mangler id (cbc:ID).
notice-fault-ends-early = Linje { $line }, kolonne { $column }: filen slutter for tidlig.
notice-fault-not-well-formed = Linje { $line }, kolonne { $column }: her følger ikke filen reglene for XML.
notice-fault-too-many-attributes = Linje { $line }, kolonne { $column }: et element har mer enn 64 attributter.
notice-fault-too-many-namespaces = Linje { $line }, kolonne { $column }: filen har for mange navnerom.
notice-fault-too-deep = Linje { $line }, kolonne { $column }: elementene ligger dypere enn 100 nivåer i hverandre.
notice-fault-declaration = Linje { $line }, kolonne { $column }.
notice-fault-too-large = Ingen kunngjøring er så stor.

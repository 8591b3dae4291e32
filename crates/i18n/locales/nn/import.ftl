# What was found in a file that is refused as a notice; part of error-not-a-notice and its like.

notice-fault-utf-32 = Fila er i UTF-32, som vi ikkje les.
notice-fault-unknown-encoding = Vi les ikkje teiknsettet { $found }.
notice-fault-not-utf-8 = Linje { $line }, kolonne { $column }: teiknet er ikkje UTF-8, og fila oppgir ikkje noko anna teiknsett.
notice-fault-not-utf-16 = Fila er ikkje gyldig UTF-16.
notice-fault-empty-file = Fila er tom.
notice-fault-pdf = Fila er ein PDF.
notice-fault-archive = Fila er eit ZIP-arkiv eller eit Office-dokument.
notice-fault-json = Fila er JSON.
notice-fault-no-xml = Fila er ikkje XML.
notice-fault-web-page = Fila er ei nettside (HTML).
notice-fault-other-document = Dokumentet er av typen { $found }.
notice-fault-award = Ho er ei tildeling ({ $found }), som ikkje skildrar eit behov.
notice-fault-other-notice = Kunngjeringstypen { $found } skildrar ikkje eit behov.
notice-fault-no-id = Kunngjeringa manglar id (cbc:ID).
notice-fault-ends-early = Linje { $line }, kolonne { $column }: fila sluttar for tidleg.
notice-fault-not-well-formed = Linje { $line }, kolonne { $column }: her følgjer ikkje fila reglane for XML.
notice-fault-too-many-attributes = Linje { $line }, kolonne { $column }: eit element har meir enn 64 attributt.
notice-fault-too-many-namespaces = Linje { $line }, kolonne { $column }: fila har for mange namnerom.
notice-fault-too-deep = Linje { $line }, kolonne { $column }: elementa ligg djupare enn 100 nivå i kvarandre.
notice-fault-declaration = Linje { $line }, kolonne { $column }.
notice-fault-too-large = Inga kunngjering er så stor.

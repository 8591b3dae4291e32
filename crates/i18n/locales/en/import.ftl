# What was found in a file that is refused as a notice; part of error-not-a-notice and its like.

notice-fault-utf-32 = The file is in UTF-32, which we do not read.
notice-fault-unknown-encoding = We do not read the encoding { $found }.
notice-fault-not-utf-8 = Line { $line }, column { $column }: the character is not UTF-8, and the file declares no other encoding.
notice-fault-not-utf-16 = The file is not valid UTF-16.
notice-fault-empty-file = The file is empty.
notice-fault-pdf = The file is a PDF.
notice-fault-archive = The file is a ZIP archive or an Office document.
notice-fault-json = The file is JSON.
notice-fault-no-xml = The file is not XML.
notice-fault-web-page = The file is a web page (HTML).
notice-fault-other-document = The document is of the type { $found }.
notice-fault-award = It is an award ({ $found }), which describes no need.
notice-fault-other-notice = A notice of the type { $found } describes no need.
notice-fault-no-id = The notice has no id (cbc:ID).
notice-fault-ends-early = Line { $line }, column { $column }: the file ends too early.
notice-fault-not-well-formed = Line { $line }, column { $column }: here the file breaks the rules of XML.
notice-fault-too-many-attributes = Line { $line }, column { $column }: an element has more than 64 attributes.
notice-fault-too-many-namespaces = Line { $line }, column { $column }: the file has too many namespaces.
notice-fault-too-deep = Line { $line }, column { $column }: the elements are nested deeper than 100 levels.
notice-fault-declaration = Line { $line }, column { $column }.
notice-fault-too-large = No notice is that large.

# Innspel (responses).

disposition-received = Motteke
disposition-acknowledged = Lese
disposition-adopted = Teke med
disposition-partly-adopted = Delvis teke med
disposition-not-adopted = Ikkje teke med
disposition-out-of-scope = Utanfor temaet

confidentiality-open = Open
confidentiality-claimed = Hevda forretningsløyndom
confidentiality-accepted = Godteken som forretningsløyndom
confidentiality-rejected = Ikkje godteken som forretningsløyndom

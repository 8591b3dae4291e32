# Innspill (responses).

disposition-received = Mottatt
disposition-acknowledged = Lest
disposition-adopted = Tatt med
disposition-partly-adopted = Delvis tatt med
disposition-not-adopted = Ikke tatt med
disposition-out-of-scope = Utenfor temaet

confidentiality-open = Åpen
confidentiality-claimed = Hevdet forretningshemmelighet
confidentiality-accepted = Godtatt som forretningshemmelighet
confidentiality-rejected = Ikke godtatt som forretningshemmelighet

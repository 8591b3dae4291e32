# Responses.

disposition-received = Received
disposition-acknowledged = Read
disposition-adopted = Adopted
disposition-partly-adopted = Partly adopted
disposition-not-adopted = Not adopted
disposition-out-of-scope = Out of scope

confidentiality-open = Open
confidentiality-claimed = Claimed trade secret
confidentiality-accepted = Accepted as a trade secret
confidentiality-rejected = Not accepted as a trade secret

## The supplier’s form

response-state-draft = Not submitted
response-state-submitted = Submitted
response-state-withdrawn = Withdrawn
respond-title = Respond
respond-buyer = You act for a buyer. Only suppliers can respond.
respond-nobody = Choose or register the supplier that you respond for.
respond-choose = Choose an organisation
respond-receipt = See the receipt
respond-closed = The deadline has passed.
respond-kept = What you have written is kept, but can’t be submitted.
respond-kept-on-hold = What you write is kept, but can’t be submitted now.
respond-contact = Contact { $name } if you still have something to say:
respond-changed = You have changes that are not submitted.
respond-who-reads = Who reads your response
respond-who-reads-text = { $buyer } reads your response once you have submitted it, not before. Other suppliers do not see it. What is sent to public bodies is open to access requests by default. Mark what is a trade secret, with a reason: then only named staff read it, and { $buyer } decides on the claim.
respond-topics = Parts of your response
respond-answered = Written
respond-empty = Not written
respond-secret = Trade secret
respond-dropped = The buyer no longer asks this
respond-dropped-text = The buyer has removed the question. Your answer is kept and will be submitted. Empty the field if you want to remove it.
respond-free = Anything else you want to say
respond-answer = Your answer
respond-free-text = Your text
respond-secret-text = Mark only what could harm you in competition if others knew it. What is generally known is not a trade secret. The buyer decides on the claim.
respond-is-secret = The answer holds trade secrets
respond-claim-reason = Why
respond-claim-reason-help = What would you lose if others knew?
respond-claim-reason-mark = must be filled in if you mark the answer
respond-reason-missing = What you wrote is saved. One thing is missing.
respond-save-next = Save and go on
respond-save = Save
respond-files = Files
respond-file = File
respond-files-text = Send along what supports your answers. { $buyer } sees a file when you submit, not before.
respond-files-count = { $count ->
    [one] One file
   *[other] { $count } files
}
respond-file-is-secret = The file holds trade secrets
respond-file-reason-mark = must be filled in if you mark the file
flash-response-file-added = The file is attached. Submit the response for the buyer to see it.
flash-response-file-removed = The file is removed from the draft.
respond-access = Access for other buyers
respond-access-text = Decide what buyers that share the need may read
respond-access-lead = { $buyer } reads all of your response. Other buyers can share the need. They read nothing unless you say yes. Your choice is in force at once, and you can change it at any time.
respond-partners-read = Partner buyers may read what is not marked
respond-partners-read-help = Also buyers that join later.
respond-partners-do-not = Partner buyers do not read your response.
respond-no-partners = No other buyers stand behind the need now.
respond-secret-readers = These may read trade secrets too
respond-secret-readers-help = Only named staff there.
respond-access-save = Save the choice
respond-to-check = Check and submit
respond-check = Check your response
respond-change = Change
respond-submit = Submit the response
respond-submit-again = Submit again
respond-back = Back to the parts
respond-withdraw = Withdraw the response
respond-withdraw-text = The buyer can no longer read it. You keep your copy and can submit again until the deadline.
respond-own = Our responses
respond-own-empty = You have not responded yet
respond-own-empty-text = Find a need that you can contribute to.
respond-submitted-at = Submitted { $time }
respond-became = What became of it
flash-response-saved = Saved.
flash-response-access-saved = The choice is saved and in force.
flash-response-submitted = The response is submitted. The receipt has been sent by e-mail, too.
flash-response-withdrawn = The response is withdrawn.
flash-passage-withdrawn = The part is withdrawn.

## Receipt

receipt-title = Receipt no. { $number }
receipt-to = Submitted to
receipt-number = Number
receipt-at = Time
receipt-hash = Checksum
receipt-text = Print the page if you want the receipt on paper. The copy stays here, also after the dialogue has ended.
receipt-change = You can change or withdraw it until { $time }.
receipt-withdrawn = The response is withdrawn. This is your copy.
receipt-replaced = You have submitted again after this.
receipt-to-response = To the response
receipt-copy = Copy of what you submitted
receipt-all = All receipts
receipt-verify = How to verify the checksum
receipt-verify-text = The checksum is the SHA-256 of the key, a line break and the text below, with nothing after the last character.
receipt-salt = Key
receipt-content = The content that is verified

## The buyer reads

responses-title = Responses
responses-lead = Read the responses and tell what became of them. The supplier is told by e-mail. There are no scores: this is not a competition.
responses-empty = No responses yet
responses-empty-text = Responses appear here when a supplier has submitted them. You do not see drafts.
responses-compare = Compare the answers
responses-questions = Questions with answers
responses-revisions = { $count ->
    [one] Submitted once
   *[other] Submitted { $count } times
}
responses-waiting = { $count ->
    [one] One part waits for an outcome
   *[other] { $count } parts wait for an outcome
}
responses-claims = { $count ->
    [one] One claim of secrecy waits
   *[other] { $count } claims of secrecy wait
}
responses-from = Response from { $supplier }
responses-no-score = The order says nothing about quality.
responses-acknowledge = Mark as read
responses-acknowledge-text = The supplier sees that you have read it.
responses-hidden = Nothing that you may read
responses-hidden-text = The response is marked as a trade secret and is read by named staff.
responses-back = All responses to the need
passage-withdrawn = Withdrawn by the supplier.
passage-claim = The supplier’s reason for secrecy: { $reason }
passage-decision = Reason for the decision on secrecy: { $reason }
passage-released = The supplier can withdraw this part until { $time }. After that it is read as open.
passage-reason = Reason: { $reason }
passage-dispose = Tell what became of it
passage-outcome = What became of this?
passage-outcome-reason = Reason
passage-outcome-help = The supplier reads it.
passage-outcome-send = Send to the supplier
passage-decide = Decide on the claim of secrecy
passage-decide-text = A trade secret is something that could cost the supplier competitive strength if others knew. If you do not accept the claim, the supplier has a week to withdraw the part.
passage-is-secret = Is this a trade secret?
passage-decision-reason = Reason
passage-decide-send = Send the decision
passage-withdraw = Withdraw the part
passage-withdraw-text = You can withdraw this part until { $time }. After that more people at the buyer can read it.
flash-response-acknowledged = The supplier sees that you have read it.
flash-passage-disposed = The supplier is told.
flash-confidentiality-decided = The decision is sent to the supplier.

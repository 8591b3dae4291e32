# The letters we send. A notice of the kind need.state_changed has the keys
# mail-need-state-changed-{subject,intro,button}; $subject is the title that it
# is about, $sender who speaks. Letters to a buyer about what the market did do
# not name the market: the facts do, where the reader may see them.

mail-greeting = Hello { $name },
mail-greeting-nameless = Hello,
mail-link-hint = Does the button not work? Copy this address into your browser:
mail-footer-automatic = This e-mail was sent automatically by { $service }. Replies to it are not read.
mail-footer-settings = See what you get e-mail about, and what you can turn off:

mail-sign-in-subject = Sign in to { $service }
mail-sign-in-intro = Press the button to sign in, or type the code in the browser where you asked for it.
mail-sign-in-code = Code
mail-sign-in-validity = { $minutes ->
    [one] The button and the code work for one minute, and only once.
   *[other] The button and the code work for { $minutes } minutes, and only once.
}
mail-sign-in-button = Sign in
mail-sign-in-ignore = Did you not ask to sign in? Then you can ignore this e-mail. Never give the code to anyone.

mail-invitation-subject = Invitation to { $organisation }
mail-invitation-intro = { $inviter } invites you to join { $organisation } in { $service }.
mail-invitation-button = See the invitation
mail-invitation-expires = The invitation is valid until
mail-invitation-ignore = Do you not know what this is about? Then you can ignore this e-mail.

# For a kind without a letter of its own.
mail-other-subject = News about { $subject }
mail-other-intro = { $sender } has news about “{ $subject }”.
mail-other-button = Read more

mail-need-submitted-subject = For approval: { $subject }
mail-need-submitted-intro = The draft “{ $subject }” from { $sender } awaits approval. Read it, and approve it or return it with a comment.
mail-need-submitted-button = Read the draft
mail-need-approved-subject = Approved: { $subject }
mail-need-approved-intro = { $sender } has approved “{ $subject }”. It can now be published.
mail-need-approved-button = Open the need
mail-need-returned-subject = Returned: { $subject }
mail-need-returned-intro = { $sender } has returned “{ $subject }” with a comment. Correct the draft, and ask for approval again.
mail-need-returned-button = Open the draft
mail-need-published-subject = New need: { $subject }
mail-need-published-intro = { $sender } has published the need “{ $subject }”.
mail-need-published-button = Read the need
mail-need-version-published-subject = Changed need: { $subject }
mail-need-version-published-intro = { $sender } has changed the need “{ $subject }”.
mail-need-version-published-button = See what has changed
mail-need-state-changed-subject = New status: { $subject }
mail-need-state-changed-intro = { $sender } has changed the status of the need “{ $subject }”.
mail-need-state-changed-button = See the need
mail-need-competition-announced-subject = The competition is announced: { $subject }
mail-need-competition-announced-intro = { $sender } has announced the competition for “{ $subject }”. The dialogue is over. To go on, submit a tender where the competition is announced.
mail-need-competition-announced-button = See the need
mail-attachment-added-subject = File attached: { $subject }
mail-attachment-added-intro = { $sender } has attached a file to the need “{ $subject }”.
mail-attachment-added-button = See the file
mail-need-partner-invited-subject = Invitation to work together: { $subject }
mail-need-partner-invited-intro = { $sender } invites you to stand together behind the need “{ $subject }”.
mail-need-partner-invited-button = Answer the invitation
mail-need-partner-answered-subject = News of the co-operation: { $subject }
mail-need-partner-answered-intro = { $sender } has said where it stands in the co-operation on the need “{ $subject }”.
mail-need-partner-answered-button = See the answer
mail-need-partner-left-subject = Left: { $subject }
mail-need-partner-left-intro = { $sender } has ended the co-operation on the need “{ $subject }”.
mail-need-partner-left-button = See the need

mail-question-asked-subject = New question: { $subject }
mail-question-asked-intro = You have got a question about “{ $subject }”.
mail-question-asked-button = Answer the question
mail-question-answered-subject = Question answered: { $subject }
mail-question-answered-intro = { $sender } has answered a question about “{ $subject }”.
mail-question-answered-button = Read the answer
mail-question-declined-subject = Question not answered: { $subject }
mail-question-declined-intro = { $sender } will not answer your question about “{ $subject }”.
mail-question-declined-button = See the reason
mail-announcement-published-subject = Announcement about { $subject }
mail-announcement-published-intro = { $sender } has an announcement for everyone who follows “{ $subject }”.
mail-announcement-published-button = Read the announcement

mail-event-announced-subject = New event: { $subject }
mail-event-announced-intro = { $sender } invites you to “{ $subject }”.
mail-event-announced-button = See the programme and register
mail-event-changed-subject = Changed: { $subject }
mail-event-changed-intro = { $sender } has changed “{ $subject }”. This is what holds now:
mail-event-changed-button = See the event
mail-event-cancelled-subject = Cancelled: { $subject }
mail-event-cancelled-intro = { $sender } has cancelled “{ $subject }”.
mail-event-cancelled-button = See the event
mail-event-registered-subject = You are registered: { $subject }
mail-event-registered-intro = You have a place at “{ $subject }”. If you cannot come, please withdraw.
mail-event-registered-button = See the registration
mail-event-waitlisted-subject = You are on the waiting list: { $subject }
mail-event-waitlisted-intro = “{ $subject }” is full. You are on the waiting list, and we will write to you if you get a place.
mail-event-waitlisted-button = See the registration
mail-event-promoted-subject = You have got a place: { $subject }
mail-event-promoted-intro = A place at “{ $subject }” became free, and it is yours. If you cannot come, please withdraw.
mail-event-promoted-button = See the registration
mail-event-withdrawn-subject = You have been withdrawn: { $subject }
mail-event-withdrawn-intro = You are no longer registered for “{ $subject }”.
mail-event-withdrawn-button = See the event
mail-event-documented-subject = Minutes: { $subject }
mail-event-documented-intro = { $sender } has published what came up at “{ $subject }”.
mail-event-documented-button = Read the minutes

mail-interest-registered-subject = New interest: { $subject }
mail-interest-registered-intro = A supplier is interested in “{ $subject }”.
mail-interest-registered-button = See who is interested
mail-interest-public = Public: everybody may see it
mail-interest-discreet = Discreet: only you may see it
mail-partner-interested = Interested
mail-partner-need-aligned = Agrees with the need as described
mail-partner-intent = Intends to take part
mail-partner-observer = Watches
mail-partner-withdrawn = Does not take part
mail-disclosure-shared-subject = For everybody’s knowledge: { $subject }
mail-disclosure-shared-intro = { $sender } has told something about “{ $subject }” to some, and now tells it to everybody.
mail-disclosure-shared-button = See what was told
mail-response-submitted-subject = Receipt for your response: { $subject }
mail-response-submitted-intro = Your response to “{ $subject }” has been delivered. Keep this receipt.
mail-response-submitted-button = See the response
mail-response-received-subject = New response: { $subject }
mail-response-received-intro = You have received a response to “{ $subject }”.
mail-response-received-button = Read the response
mail-response-withdrawn-subject = Response withdrawn: { $subject }
mail-response-withdrawn-intro = A response to “{ $subject }” has been withdrawn.
mail-response-withdrawn-button = See the responses
mail-response-disposed-subject = Answer to your response: { $subject }
mail-response-disposed-intro = { $sender } has answered your response to “{ $subject }”.
mail-response-disposed-button = Read the answer
mail-confidentiality-decided-subject = Decision on a trade secret: { $subject }
mail-confidentiality-decided-intro = { $sender } has decided whether a part of your response to “{ $subject }” is a trade secret.
mail-confidentiality-decided-button = See the decision
mail-summary-published-subject = Summary: { $subject }
mail-summary-published-intro = { $sender } has published a summary of the dialogue about “{ $subject }”.
mail-summary-published-button = Read the summary

mail-survey-opened-subject = How was the dialogue? { $subject }
mail-survey-opened-intro = How was the dialogue about “{ $subject }”? Answering takes a few minutes, and nobody can see what you in particular answered.
mail-survey-opened-button = Rate the dialogue
mail-survey-released-subject = How the dialogue was: { $subject }
mail-survey-released-intro = The ratings of the dialogue about “{ $subject }” are ready.
mail-survey-released-button = See the ratings

mail-organisation-claimed-subject = To be checked: { $subject }
mail-organisation-claimed-intro = Somebody says that they act for { $subject }, without proof. Check whether that is right.
mail-organisation-claimed-button = Check it
mail-organisation-verified-subject = Verified: { $subject }
mail-organisation-verified-intro = We have checked that you represent { $subject }.
mail-organisation-verified-button = Open the organisation
mail-membership-requested-subject = Asks to join: { $subject }
mail-membership-requested-intro = { $sender } asks to become a member of { $subject }.
mail-membership-requested-button = Answer the request
mail-membership-approved-subject = You are a member: { $subject }
mail-membership-approved-intro = You are now a member of { $subject }.
mail-membership-approved-button = Open the organisation
mail-membership-declined-subject = You did not become a member: { $subject }
mail-membership-declined-intro = { $subject } has declined your request to become a member.
mail-membership-declined-button = See your organisations
mail-membership-removed-subject = You are no longer a member: { $subject }
mail-membership-removed-intro = You are no longer a member of { $subject }, and cannot represent them here.
mail-membership-removed-button = See your organisations
mail-role-appointed-subject = New role: { $subject }
mail-role-appointed-intro = You have been given a new role in { $subject }.
mail-role-appointed-button = See your roles

mail-fact-deadline = Deadline
mail-fact-question-deadline = Deadline for questions
mail-fact-starts-at = Starts
mail-fact-ends-at = Ends
mail-fact-place = Place
mail-fact-link = Link to the meeting
mail-fact-competition = The notice
mail-fact-registration-deadline = Registration deadline
mail-fact-buyer = Buyer
mail-fact-need = Need
mail-fact-event = Event
mail-fact-reason = Reason
mail-fact-outcome = Outcome
mail-fact-receipt-number = Receipt no.
mail-fact-withdraw-until = Can be withdrawn until
mail-fact-receipt-hash = Receipt
mail-fact-submitted-at = Delivered
mail-fact-persons = Number of persons
mail-fact-position = Place on the waiting list
mail-fact-supplier = Supplier
mail-fact-expected-volume = Expected volume
mail-fact-role = Role
mail-fact-organisation = Organisation
mail-fact-agenda = Programme
mail-fact-visibility = Visibility
mail-fact-answer = Answer
mail-fact-next-on = Next step on
mail-fact-file = File
mail-fact-other = Information

mail-quote-question = Question
mail-quote-answer = Answer
mail-quote-announcement = Announcement
mail-quote-reason = Reason
mail-quote-message = Message
mail-quote-comment = Comment
mail-quote-summary = Summary
mail-quote-change = What has changed
mail-quote-disclosure = What was told
mail-quote-next-steps = What happens next
mail-quote-other = Text

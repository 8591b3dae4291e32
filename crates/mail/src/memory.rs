//! Keeps mails in memory, for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::ports::{DeliveryError, Mailer, Message};
use types::Clock;

use crate::compose::assemble;
use crate::{KeptMail, Sender, write};

/// Keeps what it is given, composed as if it were sent.
#[derive(Debug)]
pub struct MemoryMailer {
    from: Sender,
    clock: Arc<dyn Clock>,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    sent: Vec<(Message, KeptMail)>,
    refusals: VecDeque<DeliveryError>,
}

impl MemoryMailer {
    /// An empty mailbox.
    pub fn new(from: Sender, clock: Arc<dyn Clock>) -> Self {
        Self { from, clock, inside: Mutex::default() }
    }

    /// Refuses the next delivery in this way; several queue up.
    pub fn refuse(&self, error: DeliveryError) {
        self.inside().refusals.push_back(error);
    }

    /// Every mail accepted since the last [`take`](Self::take), in order.
    pub fn sent(&self) -> Vec<KeptMail> {
        self.inside().sent.iter().map(|(_, mail)| mail.clone()).collect()
    }

    /// The messages behind [`sent`](Self::sent).
    pub fn messages(&self) -> Vec<Message> {
        self.inside().sent.iter().map(|(message, _)| message.clone()).collect()
    }

    /// Empties the mailbox.
    pub fn take(&self) -> Vec<KeptMail> {
        std::mem::take(&mut self.inside().sent).into_iter().map(|(_, mail)| mail).collect()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        let at = self.clock.now();
        let words = write(message, &self.from);
        // Composed only to fail where a real transport would.
        assemble(message, &words, &self.from, at)?;
        let mut inside = self.inside();
        if let Some(refusal) = inside.refusals.pop_front() {
            return Err(refusal);
        }
        inside.sent.push((message.clone(), KeptMail::new(message, words, at)));
        Ok(())
    }
}

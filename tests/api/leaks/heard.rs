//! What the product says to its log while it is crawled: on whichever thread, also where
//! another test runs at the same time. Marks are this test's alone.

use std::io::Write;
use std::sync::{Arc, Mutex, Once, Weak};

use tracing_subscriber::filter::LevelFilter;

/// Everything that is logged in this process from now on.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<Mutex<Vec<u8>>>);

/// Who listens now.
static LISTENERS: Mutex<Vec<Weak<Mutex<Vec<u8>>>>> = Mutex::new(Vec::new());

impl Heard {
    /// Begins to listen, until it is dropped.
    pub(super) fn listen() -> Self {
        static ONE: Once = Once::new();
        ONE.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_ansi(false)
                .with_max_level(LevelFilter::DEBUG)
                .with_writer(|| Everybody)
                .finish();
            tracing::subscriber::set_global_default(subscriber).expect("nobody else listens to all");
        });
        let heard = Self::default();
        LISTENERS.lock().unwrap().push(Arc::downgrade(&heard.0));
        // From another thread, as the product does where it does not wait.
        std::thread::spawn(|| tracing::info!("another thread is heard")).join().unwrap();
        assert!(heard.text().contains("another thread is heard"));
        heard
    }

    /// The lines so far.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Writes for all who listen.
struct Everybody;

impl Write for Everybody {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut listeners = LISTENERS.lock().unwrap();
        listeners.retain(|listener| {
            listener.upgrade().is_some_and(|heard| {
                heard.lock().unwrap().extend_from_slice(bytes);
                true
            })
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

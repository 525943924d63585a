//! Everything that runs during `up`, and its end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use meterproof_emulator::config as emulator;
use meterproof_emulator::{Config, State};

use crate::error::FlowError;
use crate::http::{self, Http, Server};
use crate::runtime_host::{
    Broker, EventSource, EventSourceSettings, Function, FunctionSpec, QueueSettings, Redrive,
    sqs_router,
};
use crate::{page, paths};

const EMULATOR_PORT: u16 = 8790;
const PAGE_PORT: u16 = 8791;
const QUEUES_PORT: u16 = 8792;

/// Usage on its way.
pub const USAGE_QUEUE: &str = "usage";
/// What AWS will not take, with the reason.
pub const REJECTS_QUEUE: &str = "rejects";
/// What could not be sent.
pub const DEAD_LETTER_QUEUE: &str = "dead-letters";
/// Where resolve_customer sends a buyer; nothing listens there.
pub const SIGN_UP_URL: &str = "https://seller.example/sign-up";

const BATCH_SIZE: usize = 10;
const CONCURRENCY: usize = 4;
const FORWARD_TIMEOUT: Duration = Duration::from_secs(20);
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(29);
/// Longer than the function's timeout, so that nothing under way comes back; shorter than
/// Lambda's guide asks for, so that a message handed back does not hold up the flow.
const VISIBILITY_TIMEOUT_MS: u64 = 21_000;
const MAX_RECEIVE_COUNT: u32 = 20;

/// The running parts.
pub struct Rig {
    /// The emulator's own endpoints.
    pub emulator: Http,
    /// The queues.
    pub broker: Arc<Broker>,
    /// The function behind the usage queue.
    pub forward_usage: Arc<Function>,
    /// The function behind the fulfilment URL.
    pub resolve_customer: Function,
    failed_batches: Arc<Mutex<Vec<String>>>,
    work: PathBuf,
    emulator_server: Server,
    page_server: Server,
    queues_server: Server,
    event_source: EventSource,
}

impl Rig {
    /// Starts the servers and the event source. The functions start with their first event.
    pub async fn start() -> Result<Self, FlowError> {
        let target = paths::target()?;
        let state = State::new(Config::default()).map_err(setup)?;
        let (listener, address) = http::listen("the emulator", EMULATOR_PORT).await?;
        // Two of these may run at once, each with a port and a folder of its own.
        let work = target.join("up").join(address.port().to_string());
        // Customers of an earlier run would be counted with those of this one.
        let _ = std::fs::remove_dir_all(&work);
        std::fs::create_dir_all(&work).map_err(setup)?;
        let emulator_server = Server::run(address, async move {
            // Serving ends only by being aborted with its `Server`.
            let _ = meterproof_emulator::serve(listener, state, std::future::pending()).await;
        });
        let page = page::router(&target.join("www"))?;
        let page_server = Server::start("the page", PAGE_PORT, page).await?;
        let broker = Arc::new(Broker::new(queues()).map_err(setup)?);
        let queues_server =
            Server::start("the queue endpoint", QUEUES_PORT, sqs_router(Arc::clone(&broker)))
                .await?;

        let url = emulator_server.url();
        let rejects = queue_url(&queues_server, REJECTS_QUEUE);
        let forward_usage = FunctionSpec {
            name: "forward_usage".to_owned(),
            bootstrap: paths::binary("forward_usage")?,
            environment: environment(
                &url,
                &[("AWS_ENDPOINT_URL_SQS", &queues_server.url()), ("REJECTS_QUEUE_URL", &rejects)],
            ),
            timeout: FORWARD_TIMEOUT,
            memory_mb: 256,
            log: work.join("forward_usage.log"),
        };
        let forward_usage = Arc::new(Function::new(forward_usage, CONCURRENCY));
        let secret = format!("{:064x}", fastrand::u128(..));
        let customers = format!("file:{}", work.join("customers.jsonl").display());
        let resolve_customer = FunctionSpec {
            name: "resolve_customer".to_owned(),
            bootstrap: paths::binary("resolve_customer")?,
            environment: environment(
                &url,
                &[
                    ("CUSTOMERS", &customers),
                    ("SIGN_UP_URL", SIGN_UP_URL),
                    ("REGISTRATION_SECRET", &secret),
                ],
            ),
            timeout: RESOLVE_TIMEOUT,
            memory_mb: 256,
            log: work.join("resolve_customer.log"),
        };
        let failed_batches = Arc::new(Mutex::new(Vec::new()));
        let event_source = event_source(&broker, &forward_usage, &failed_batches)?;
        Ok(Self {
            emulator: Http::new(url),
            broker,
            forward_usage,
            resolve_customer: Function::new(resolve_customer, 1),
            failed_batches,
            work,
            emulator_server,
            page_server,
            queues_server,
            event_source,
        })
    }

    /// `http://127.0.0.1:PORT` of the emulator.
    pub fn emulator_url(&self) -> String {
        self.emulator_server.url()
    }

    /// The page's address.
    pub fn page_url(&self) -> String {
        format!("{}/", self.page_server.url())
    }

    /// The file of customers as it is now; empty where there is none.
    pub fn customers(&self) -> Result<String, FlowError> {
        let path = self.work.join("customers.jsonl");
        std::fs::read_to_string(&path)
            .map_err(|error| FlowError::Unexpected(format!("{}: {error}", path.display())))
    }

    /// Where the functions' logs are.
    pub fn logs(&self) -> String {
        self.work.display().to_string()
    }

    /// Batches that failed as a whole so far, in words.
    pub fn failed_batches(&self) -> Vec<String> {
        self.failed_batches.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says what stays up, and what can be done with it.
    pub fn print_addresses(&self) {
        println!("\nUp until Ctrl-C:");
        println!("    the page        {}", self.page_url());
        println!("    the emulator    {}", self.emulator_url());
        println!("    its ledger      {}/_emulator/ledger", self.emulator_url());
        println!("    the usage queue {}", queue_url(&self.queues_server, USAGE_QUEUE));
        println!(
            "                    (SendMessage and SendMessageBatch; forward_usage takes it on)"
        );
        println!("    logs            {}", self.logs());
    }

    /// Stops polling, ends the functions and waits until they are gone.
    pub async fn stop(self) {
        self.event_source.stop().await;
        self.forward_usage.stop().await;
        self.resolve_customer.stop().await;
    }
}

fn queues() -> [(String, QueueSettings); 3] {
    let usage = QueueSettings {
        visibility_timeout: VISIBILITY_TIMEOUT_MS,
        redrive: Some(Redrive {
            dead_letter_queue: DEAD_LETTER_QUEUE.to_owned(),
            max_receive_count: MAX_RECEIVE_COUNT,
        }),
    };
    [
        (USAGE_QUEUE.to_owned(), usage),
        (REJECTS_QUEUE.to_owned(), QueueSettings::default()),
        (DEAD_LETTER_QUEUE.to_owned(), QueueSettings::default()),
    ]
}

fn queue_url(server: &Server, queue: &str) -> String {
    format!("{}/{}/{queue}", server.url(), emulator::SELLER_ACCOUNT)
}

/// What both functions need. Whatever has no endpoint of its own goes to the emulator, which
/// knows no such service: nothing can reach AWS.
fn environment(emulator_url: &str, own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let common = [
        ("AWS_ACCESS_KEY_ID", emulator::ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", emulator::SECRET_ACCESS_KEY),
        ("AWS_ENDPOINT_URL", emulator_url),
        ("AWS_ENDPOINT_URL_MARKETPLACE_METERING", emulator_url),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    common.iter().chain(own).map(owned).collect()
}

fn event_source(
    broker: &Arc<Broker>,
    function: &Arc<Function>,
    failed_batches: &Arc<Mutex<Vec<String>>>,
) -> Result<EventSource, FlowError> {
    let settings = EventSourceSettings {
        queue: USAGE_QUEUE.to_owned(),
        batch_size: BATCH_SIZE,
        concurrency: CONCURRENCY,
    };
    let heard = Arc::clone(failed_batches);
    let report = move |failure| {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
    };
    EventSource::start(settings, Arc::clone(broker), Arc::clone(function), report).map_err(setup)
}

fn setup(error: impl std::fmt::Display) -> FlowError {
    FlowError::Setup(error.to_string())
}

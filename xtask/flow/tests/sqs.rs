//! The host's queues, spoken to by the AWS SDK for Rust.

use std::sync::Arc;

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use aws_smithy_http_client::{Builder, tls};
use tokio::net::TcpListener;
use xtask_flow::runtime_host::{Broker, QueueSettings, sqs_router};

struct Rig {
    broker: Arc<Broker>,
    sqs: aws_sdk_sqs::Client,
    url: String,
}

async fn rig() -> Rig {
    let broker = Arc::new(Broker::new([("rejects".to_owned(), QueueSettings::default())]).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = sqs_router(Arc::clone(&broker));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("any", "any", None, None, "test"))
        .http_client(http)
        .endpoint_url(&endpoint)
        .build();
    Rig {
        broker,
        sqs: aws_sdk_sqs::Client::from_conf(config),
        url: format!("{endpoint}/111122223333/rejects"),
    }
}

fn code<E: ProvideErrorMetadata + std::fmt::Debug>(error: &SdkError<E>) -> &str {
    match error {
        SdkError::ServiceError(error) => error.err().code().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_arrives_with_its_body_and_attributes_untouched() {
    let rig = rig().await;
    let body = "{\"Dimension\": \"users\"}\n\u{1f4a1} not JSON";
    let attribute = MessageAttributeValue::builder()
        .data_type("String")
        .string_value("unreadable_body")
        .build()
        .unwrap();
    let sent = rig
        .sqs
        .send_message()
        .queue_url(&rig.url)
        .message_body(body)
        .message_attributes("MeterproofCode", attribute)
        .send()
        .await
        .unwrap();
    let stored = &rig.broker.peek("rejects").unwrap()[0];
    assert_eq!(stored.body, body);
    assert_eq!(sent.message_id(), Some(stored.id.as_str()));
    let attribute = &stored.attributes["MeterproofCode"];
    assert_eq!(attribute.data_type, "String");
    assert_eq!(attribute.string_value.as_deref(), Some("unreadable_body"));
}

#[tokio::test]
async fn the_body_md5_is_the_known_one() {
    let rig = rig().await;
    let sent = rig
        .sqs
        .send_message()
        .queue_url(&rig.url)
        .message_body("The quick brown fox jumps over the lazy dog")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("9e107d9d372bb6826bd81d3542a419d6"));
}

#[tokio::test]
async fn a_batch_answers_for_each_entry() {
    let rig = rig().await;
    let entry = |id: &str, body: &str| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap()
    };
    let answer = rig
        .sqs
        .send_message_batch()
        .queue_url(&rig.url)
        .entries(entry("good", "a"))
        .entries(entry("control", "b\u{0}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.successful()[0].id(), "good");
    let failed = &answer.failed()[0];
    assert_eq!(
        (failed.id(), failed.code(), failed.sender_fault()),
        ("control", "InvalidMessageContents", true)
    );
    assert_eq!(rig.broker.counts("rejects").unwrap().visible, 1);
}

#[tokio::test]
async fn wrong_requests_get_the_errors_of_sqs() {
    let rig = rig().await;
    let send = |url: String, body: String| rig.sqs.send_message().queue_url(url).message_body(body);
    let unknown = send(format!("{}x", rig.url), "a".to_owned()).send().await;
    assert!(unknown.as_ref().unwrap_err().as_service_error().unwrap().is_queue_does_not_exist());
    let too_large = send(rig.url.clone(), "x".repeat(1024 * 1024 + 1)).send().await;
    assert_eq!(code(too_large.as_ref().unwrap_err()), "InvalidParameterValue");
    send(rig.url.clone(), "x".repeat(1024 * 1024)).send().await.unwrap();
    let empty = rig.sqs.send_message_batch().queue_url(&rig.url).set_entries(Some(Vec::new()));
    assert!(empty.send().await.unwrap_err().into_service_error().is_empty_batch_request());
    let purge = rig.sqs.purge_queue().queue_url(&rig.url).send().await;
    assert_eq!(code(purge.as_ref().unwrap_err()), "AWS.SimpleQueueService.UnsupportedOperation");
}

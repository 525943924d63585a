//! What an agent refuses to start with.

use meterproof_emulator::Config;

use crate::support::process::{Setup, folder, refused};
use crate::support::{Emulator, at};

#[tokio::test]
async fn another_address_than_loopback_is_refused() {
    let arguments = ["--ledger", "usage.db", "--region", "us-east-1", "--listen", "0.0.0.0:8793"];
    let (code, said) = refused(arguments).await;
    assert_eq!(code, 2);
    assert_eq!(
        said,
        "meterproof: --listen is \"0.0.0.0:8793\"; give a loopback address, as 127.0.0.1:8793: the agent bills what it takes and asks nobody who they are (invalid_option)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_agent_on_one_ledger_is_refused_until_the_first_is_gone() {
    let emulator = Emulator::start(1, Config::default()).await;
    let setup = Setup::new();
    setup.set_time(&emulator, at("2026-11-21T10:30:00Z"));
    let agent = setup.start(&emulator).await;
    let (code, said) = refused(setup.arguments()).await;
    let ledger = setup.ledger.canonicalize().unwrap();
    assert_eq!(code, 1);
    let begin = format!("meterproof: another agent works on {} (process ", ledger.display());
    assert!(said.starts_with(&begin), "{said}");
    assert!(said.ends_with("; end it first, or send the events to it (ledger_in_use)"), "{said}");
    // The kernel frees the lock, however the process ends.
    agent.kill().await;
    setup.start(&emulator).await.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_of_another_place_is_refused() {
    let emulator = Emulator::start(1, Config::default()).await;
    let setup = Setup::new();
    setup.start(&emulator).await.kill().await;
    for (more, place) in [
        (["--region", "eu-west-1"], "LicenseArn with CustomerAWSAccountId in eu-west-1"),
        (["--identity-form", "account"], "CustomerAWSAccountId with ProductCode in us-east-1"),
    ] {
        let mut arguments = setup.arguments();
        if more[0] == "--region" {
            let region = arguments.iter().position(|argument| argument == "--region").unwrap();
            arguments.drain(region..region + 2);
        }
        arguments.extend(more.map(str::to_owned));
        let (code, said) = refused(arguments).await;
        assert_eq!(code, 1);
        assert_eq!(
            said,
            format!(
                "meterproof: the ledger cannot be opened: the ledger was made for LicenseArn with CustomerAWSAccountId in us-east-1, not for {place}: metering one product in two places bills twice, so take the one it was made for or a new ledger (other_place)"
            )
        );
    }
}

#[tokio::test]
async fn what_is_no_ledger_is_left_as_it_is() {
    let setup = Setup::new();
    std::fs::write(
        &setup.ledger,
        "minutes of a meeting, nothing of which is a database\n".repeat(99),
    )
    .unwrap();
    let before = std::fs::read(&setup.ledger).unwrap();
    let (code, said) = refused(setup.arguments()).await;
    assert_eq!(code, 1);
    assert!(said.starts_with("meterproof: the ledger cannot be opened: "), "{said}");
    assert!(said.ends_with("(corrupt_ledger)"), "{said}");
    assert_eq!(std::fs::read(&setup.ledger).unwrap(), before);
    let there: Vec<_> = std::fs::read_dir(folder(&setup.ledger)).unwrap().flatten().collect();
    assert!(there.iter().all(|entry| !entry.file_name().to_string_lossy().ends_with("-wal")));
}

//! The page's server: files, types and the page's own policy, from a folder made here.

use std::path::PathBuf;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use xtask_flow::http::Server;
use xtask_flow::page;

const PAGE: &str = concat!(
    "<!doctype html><meta http-equiv=\"Content-Security-Policy\" ",
    "content=\"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'\"><title>t</title>"
);

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(folder.join("www/meterproof")).unwrap();
    std::fs::write(folder.join("secret.txt"), "not for the page").unwrap();
    std::fs::write(folder.join("www/index.html"), PAGE).unwrap();
    std::fs::write(folder.join("www/meterproof/meterproof.wasm"), b"\0asm").unwrap();
    folder
}

async fn get(server: &Server, path: &str) -> (Response<()>, Bytes) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::get(format!("{}{path}", server.url()));
    let answer = client.request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (Response::from_parts(parts, ()), body.collect().await.unwrap().to_bytes())
}

fn header<'a>(answer: &'a Response<()>, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_page_comes_with_its_policy_and_files_with_their_types() {
    let folder = folder("page");
    let router = page::router(&folder.join("www")).unwrap();
    let server = Server::start("the page", 0, router).await.unwrap();

    let (index, body) = get(&server, "/").await;
    assert_eq!((index.status().as_u16(), body.as_ref()), (200, PAGE.as_bytes()));
    assert_eq!(header(&index, "content-type"), "text/html");
    assert_eq!(
        header(&index, "content-security-policy"),
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'"
    );
    assert_eq!(header(&index, "x-content-type-options"), "nosniff");

    let (wasm, _) = get(&server, "/meterproof/meterproof.wasm").await;
    assert_eq!(header(&wasm, "content-type"), "application/wasm");

    for outside in ["/../secret.txt", "/%2e%2e/secret.txt", "/meterproof/..%2f..%2fsecret.txt"] {
        let (answer, body) = get(&server, outside).await;
        assert_eq!(answer.status(), 404, "{outside}: {body:?}");
    }
}

#[tokio::test]
async fn a_folder_without_a_page_or_a_policy_is_refused() {
    let folder = folder("page_missing");
    let missing = page::router(&folder.join("nowhere")).unwrap_err().to_string();
    assert!(missing.contains("`cargo xtask up` builds the page"), "{missing}");
    std::fs::write(folder.join("www/index.html"), "<title>t</title>").unwrap();
    let open = page::router(&folder.join("www")).unwrap_err().to_string();
    assert!(open.ends_with("names no Content-Security-Policy"), "{open}");
}

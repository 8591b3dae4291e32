//! What the README tells a newcomer to type is typed, and answers what it says.

use std::process::Command;

use super::demonstration;

const README: &str = include_str!("../../../README.md");

/// The fenced block after the comment `test: <name>`.
fn block(name: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("<!-- test: {name} -->")).expect("marked in the README");
    let (_, fenced) = rest.split_once("```").expect("a block after the mark");
    let (_, fenced) = fenced.split_once('\n').expect("a line with the language");
    fenced.split_once("```").expect("the end of the block").0
}

#[tokio::test]
async fn the_api_examples_answer_what_the_readme_says() {
    let served = demonstration().await;
    for (example, promised) in [("api-example", "api-answer"), ("token-example", "token-answer")] {
        let script = block(example).replace("127.0.0.1:8080", &served.host);
        assert!(script.contains(&served.host), "{example} speaks to the demonstration");
        let output = Command::new("/bin/sh").args(["-euc", &script]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let answer = String::from_utf8(output.stdout).unwrap();
        // As text, but for the line breaks of the README: fields come in the order asked for.
        let promised: String = block(promised).lines().map(str::trim).collect();
        // How much is left depends on who has asked before.
        assert_eq!(without_what_is_left(&answer), without_what_is_left(&promised), "{example}");
    }
}

fn without_what_is_left(answer: &str) -> String {
    let (before, rest) = answer.split_once("\"currentlyAvailable\":").expect("it says what is left");
    format!("{before}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

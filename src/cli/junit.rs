//! JUnit XML: what the reports of `check` and `fleet` have in common. Text from outside is escaped
//! as on a terminal, because XML 1.0 cannot hold control characters at all.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::text::{escape, escape_lines};

/// A document of these suites, as text.
pub(super) fn document(name: &str, suites: impl IntoIterator<Item = TestSuite>) -> String {
    let mut report = Report::new(name);
    report.add_test_suites(suites);
    // Writing UTF-8 to memory cannot fail.
    report.to_string().unwrap_or_default()
}

/// A suite of these cases, which have its name as their class.
pub(super) fn suite(name: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let name = line(name);
    let mut suite = TestSuite::new(name.clone());
    for mut case in cases {
        case.set_classname(name.clone());
        suite.add_test_case(case);
    }
    suite
}

/// Text that XML can hold: escaped as on a terminal, without the two code points that are not
/// characters.
fn lines(text: &str) -> String {
    escape_lines(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The same in one line.
fn line(text: &str) -> String {
    escape(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// A case that passes.
pub(super) fn passed(name: &str) -> TestCase {
    TestCase::new(line(name), TestCaseStatus::success())
}

/// A case that passes and has something to say, in lines.
pub(super) fn remarked(name: &str, text: &str) -> TestCase {
    let mut case = passed(name);
    case.set_system_out(lines(text));
    case
}

/// A case that was left out, and why.
pub(super) fn skipped(name: &str, reason: &str) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(line(reason));
    TestCase::new(line(name), status)
}

/// A case that failed, of this type and with this text in lines.
pub(super) fn failed(name: &str, class: &str, message: &str, text: &str) -> TestCase {
    refused(NonSuccessKind::Failure, name, class, message, text)
}

/// A case that could not be tried, of this type.
pub(super) fn broken(name: &str, class: &str, message: &str) -> TestCase {
    refused(NonSuccessKind::Error, name, class, message, "")
}

fn refused(kind: NonSuccessKind, name: &str, class: &str, message: &str, text: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(line(message)).set_type(class);
    if !text.is_empty() {
        status.set_description(lines(text));
    }
    TestCase::new(line(name), status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_xml_or_a_terminal_is_escaped() {
        let cases = [
            failed("\"<&>'\u{1b}\n", "t", "m\u{fffe}", "]]> & \u{0}\nnext"),
            broken("b", "tls", "x"),
            skipped("s", "no <reason>"),
            remarked("r", "a\nb"),
            passed("p"),
        ];
        let xml = document("platy", [suite("a&b", cases)]);
        for part in [
            "<testsuites name=\"platy\" tests=\"5\" skipped=\"1\" failures=\"1\" errors=\"1\">",
            "<testcase name=\"&quot;&lt;&amp;&gt;&apos;\\e\\n\" classname=\"a&amp;b\">",
            "<failure message=\"m\u{fffd}\" type=\"t\">]]&gt; &amp; \\x00\nnext</failure>",
            "<error message=\"x\" type=\"tls\"/>",
            "<skipped message=\"no &lt;reason&gt;\"/>",
            "<system-out>a\nb</system-out>",
            "<testcase name=\"p\" classname=\"a&amp;b\"/>",
        ] {
            assert!(xml.contains(part), "{part}:\n{xml}");
        }
    }
}

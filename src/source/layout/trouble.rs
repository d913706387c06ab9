//! What the operating system's errors mean here.

use std::fmt::Display;
use std::io;
use std::path::Path;

use crate::oci::{Class, Failure};
use crate::source::in_the_way;

/// A failure for an error of the operating system. `subject` is the path.
pub(crate) fn io_failure(subject: impl Display, error: &io::Error) -> Failure {
    let subject = subject.to_string();
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(Class::NotFound, subject, "there is no such file or folder")
                .with_next("check the path")
        }
        io::ErrorKind::PermissionDenied => {
            Failure::new(Class::Local, subject, "this user may not read it")
                .with_next("check the permissions of the file and of the folders above it")
        }
        io::ErrorKind::UnexpectedEof => {
            Failure::new(Class::Malformed, subject, "it ends too early")
                .with_next("the file may still be written or be copied in part; get it anew")
        }
        io::ErrorKind::NotADirectory => {
            let detail =
                in_the_way::sentence(Path::new(&subject).parent().unwrap_or(Path::new("")));
            let detail = detail.unwrap_or_else(|| error.to_string());
            Failure::new(Class::Local, subject, format!("it cannot be read: {detail}"))
        }
        _ => Failure::new(Class::Local, subject, format!("it cannot be read: {error}"))
            .with_next("check the disk and try again"),
    }
}

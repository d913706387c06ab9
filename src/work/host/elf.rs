//! The architecture of a program, from the first bytes of its file (ELF).

/// How many bytes the answer needs.
pub(super) const HEAD: usize = 20;

/// The architecture that this program is for, as Go names it.
pub(super) fn architecture(head: &[u8]) -> Option<&'static str> {
    let rest = head.strip_prefix(b"\x7fELF")?;
    let (wide, little) = (*rest.first()? == 2, *rest.get(1)? == 1);
    let machine: [u8; 2] = head.get(18..20)?.try_into().ok()?;
    let machine = if little { u16::from_le_bytes(machine) } else { u16::from_be_bytes(machine) };
    Some(match (machine, wide, little) {
        (3, ..) => "386",
        // The x32 ABI has 32-bit files for the 64-bit machine; no engine knows it.
        (62, ..) => "amd64",
        (40, ..) => "arm",
        (183, ..) => "arm64",
        (243, true, _) => "riscv64",
        (258, true, _) => "loong64",
        (22, true, _) => "s390x",
        (21, _, true) => "ppc64le",
        (21, _, false) => "ppc64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(class: u8, data: u8, machine: [u8; 2]) -> Vec<u8> {
        let mut head = b"\x7fELF".to_vec();
        head.extend([class, data]);
        head.resize(18, 0);
        head.extend(machine);
        head
    }

    #[test]
    fn headers_name_the_machine() {
        for (head, architecture_found) in [
            (head(2, 1, [62, 0]), Some("amd64")),
            (head(1, 1, [40, 0]), Some("arm")),
            (head(2, 1, [183, 0]), Some("arm64")),
            (head(2, 2, [0, 22]), Some("s390x")),
            (head(2, 1, [21, 0]), Some("ppc64le")),
            (head(2, 1, [99, 99]), None),
            (b"#!/bin/sh".to_vec(), None),
            (b"\x7fELF\x02".to_vec(), None),
        ] {
            assert_eq!(architecture(&head), architecture_found, "{head:?}");
        }
    }
}

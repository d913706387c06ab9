//! How ELF names machines, and how Go and the OCI specifications do.

use object::elf;

/// A machine as an ELF header gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    pub(super) number: elf::Machine,
    pub(super) wide: bool,
    pub(super) little: bool,
    pub(super) flags: u32,
}

/// `EF_MIPS_ABI2`: 64-bit registers, 32-bit addresses.
const MIPS_N32: u32 = 0x20;

impl Machine {
    /// The name of the machine, and the value of `architecture`, empty if there is none.
    pub(super) fn names(self) -> (String, &'static str) {
        let order =
            |little: &'static str, big: &'static str| if self.little { little } else { big };
        let (name, architecture) = match (self.number, self.wide) {
            (elf::EM_386, _) => ("i386", "386"),
            (elf::EM_X86_64, true) => ("x86-64", "amd64"),
            (elf::EM_X86_64, false) => ("x86-64 (x32)", "amd64p32"),
            (elf::EM_ARM, _) => ("ARM", order("arm", "armbe")),
            (elf::EM_AARCH64, _) => ("AArch64", order("arm64", "arm64be")),
            (elf::EM_MIPS, true) => ("MIPS64", order("mips64le", "mips64")),
            (elf::EM_MIPS, false) if self.flags & MIPS_N32 != 0 => {
                ("MIPS64 (n32)", order("mips64p32le", "mips64p32"))
            }
            (elf::EM_MIPS, false) => ("MIPS", order("mipsle", "mips")),
            (elf::EM_PPC, _) => ("PowerPC", "ppc"),
            (elf::EM_PPC64, _) => ("PowerPC64", order("ppc64le", "ppc64")),
            (elf::EM_S390, true) => ("S/390", "s390x"),
            (elf::EM_S390, false) => ("S/390", "s390"),
            (elf::EM_RISCV, true) => ("RISC-V", "riscv64"),
            (elf::EM_RISCV, false) => ("RISC-V", "riscv"),
            (elf::EM_LOONGARCH, true) => ("LoongArch", "loong64"),
            (elf::EM_LOONGARCH, false) => ("LoongArch", ""),
            (elf::EM_SPARC | elf::EM_SPARC32PLUS, _) => ("SPARC", "sparc"),
            (elf::EM_SPARCV9, _) => ("SPARC", "sparc64"),
            (elf::EM_BPF, _) => ("BPF", ""),
            (other, _) => return (format!("machine {}", other.0), ""),
        };
        (name.to_owned(), architecture)
    }
}

/// The system of a program by `EI_OSABI`, else by its interpreter: programs for Linux, Solaris,
/// illumos and DragonFly mostly leave the first at System V. Solaris and illumos have one loader.
pub(super) fn system(
    abi: elf::OsAbi,
    interpreter: Option<&str>,
    architecture: &str,
) -> &'static str {
    let of_solaris = ["amd64", "386", "sparc", "sparc64"].contains(&architecture);
    match abi {
        elf::ELFOSABI_FREEBSD => "freebsd",
        elf::ELFOSABI_NETBSD => "netbsd",
        elf::ELFOSABI_OPENBSD => "openbsd",
        elf::ELFOSABI_SOLARIS => "solaris",
        elf::ELFOSABI_HURD => "hurd",
        _ => match interpreter.unwrap_or_default() {
            // Linux has this name on PowerPC and MIPS.
            path if of_solaris && path.ends_with("/ld.so.1") => "solaris",
            "/usr/libexec/ld-elf.so.2" => "dragonfly",
            "/libexec/ld-elf.so.1" => "freebsd",
            "/libexec/ld.elf_so" | "/usr/libexec/ld.elf_so" => "netbsd",
            "/usr/libexec/ld.so" => "openbsd",
            _ => "linux",
        },
    }
}

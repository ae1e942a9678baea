//! What a process of the live capture may still do, as a seccomp filter (seccomp(2)): the ears hear and
//! write to their pipes, the parser reads one pipe and writes another. Neither can open a socket or a
//! file, start a program, or send; what is not in a list fails with EPERM. A filter holds until the
//! process ends, and for every thread that it has or starts.

use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, TargetArch};
use std::collections::BTreeMap;

/// Who is to be confined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Reads packets from the kernel; starts no threads.
    Ears,
    /// Reads what the ears wrote; may start threads.
    Parser,
}

const PROCESSOR: &str = if cfg!(target_arch = "x86_64") {
    "x86_64"
} else if cfg!(target_arch = "aarch64") {
    "aarch64"
} else {
    "other"
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Memory, time, threads that wait for each other, and the end of the process.
const ALWAYS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_close,
    libc::SYS_futex,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];
/// What a new thread needs besides.
const THREADS: &[i64] = &[libc::SYS_set_robust_list, libc::SYS_rseq, libc::SYS_sched_getaffinity];

fn rule(conditions: Vec<SeccompCondition>) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(conditions)
}

fn number(n: i32) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn allowed(role: Role, writable: &[i32]) -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = ALWAYS.iter().map(|call| (*call, Vec::new())).collect();
    // Only into the pipes: a write to a packet socket would be a packet on the wire.
    let pipes = |call: i64| -> Result<(i64, Vec<SeccompRule>), seccompiler::BackendError> {
        let each = writable.iter().map(|fd| rule(vec![SeccompCondition::new(0, Dword, Eq, number(*fd))?]));
        Ok((call, each.collect::<Result<_, _>>()?))
    };
    rules.extend([pipes(libc::SYS_write)?, pipes(libc::SYS_writev)?]);
    // Memory that can be executed cannot be had.
    let no_code = || -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
        Ok(vec![rule(vec![SeccompCondition::new(2, Dword, MaskedEq(number(libc::PROT_EXEC)), 0)?])?])
    };
    rules.insert(libc::SYS_mmap, no_code()?);
    rules.insert(libc::SYS_mprotect, no_code()?);
    match role {
        // PACKET_STATISTICS: the kernel's counters of lost packets; the card's stand in an open file.
        Role::Ears => {
            rules.insert(libc::SYS_pread64, Vec::new());
            rules.insert(libc::SYS_getsockopt, vec![rule(vec![SeccompCondition::new(1, Dword, Eq, number(libc::SOL_PACKET))?])?]);
        }
        Role::Parser => {
            rules.extend(THREADS.iter().map(|call| (*call, Vec::new())));
            rules.insert(libc::SYS_prctl, vec![rule(vec![SeccompCondition::new(0, Dword, Eq, number(libc::PR_SET_NAME))?])?]);
            // A thread, never a process.
            let thread = number(libc::CLONE_THREAD);
            rules.insert(libc::SYS_clone, vec![rule(vec![SeccompCondition::new(0, Qword, MaskedEq(thread), thread)?])?]);
            // The arguments of clone3 cannot be looked at; `later` says that there is none.
            rules.insert(libc::SYS_clone3, Vec::new());
        }
    }
    Ok(rules)
}

fn error(what: &str) -> impl Fn(seccompiler::BackendError) -> String {
    let what = what.to_owned();
    move |e| format!("{what}: {e}")
}

/// Confine this process for good. `writable`: descriptors it may still write to.
pub fn confine(role: Role, writable: &[i32]) -> Result<(), String> {
    let arch = TargetArch::try_from(PROCESSOR).map_err(error("no filter for this kind of processor"))?;
    let refused = |errno: i32| SeccompAction::Errno(u32::try_from(errno).unwrap_or(1));
    let rules = allowed(role, writable).map_err(error("the rules"))?;
    let list = SeccompFilter::new(rules, refused(libc::EPERM), SeccompAction::Allow, arch).map_err(error("the filter"))?;
    // With ENOSYS the C library starts threads by `clone`, whose flags a filter can see.
    let later: Rules = [(libc::SYS_clone3, Vec::new())].into_iter().collect();
    let later = SeccompFilter::new(later, SeccompAction::Allow, refused(libc::ENOSYS), arch).map_err(error("the filter"))?;
    for filter in [later, list] {
        let program: BpfProgram = filter.try_into().map_err(error("the program"))?;
        seccompiler::apply_filter_all_threads(&program).map_err(|e| e.to_string())?;
    }
    Ok(())
}

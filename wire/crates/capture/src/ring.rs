//! The receive ring of one interface: packet(7) with TPACKET_V3, memory that the kernel fills block by
//! block and we only read. This is the one module of the wire with `unsafe` code (decision 20): the
//! system calls, and the view of the shared memory. Nothing here can send: the socket is only read.

#![allow(unsafe_code)]

use crate::Fault;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes of a block: the kernel hands over whole blocks.
const BLOCK_BYTES: u32 = 1 << 20;
/// Smallest part of a block that the kernel reckons with; frames may be longer.
const FRAME_BYTES: u32 = 2048;
/// A block that is not full is handed over after this time.
const RETIRE_MS: u32 = 40;
/// Where the status word stands in a block, and where the rest begins (struct tpacket_block_desc).
const STATUS_AT: usize = 8;
const REST_AT: usize = 12;

pub struct Ring {
    socket: OwnedFd,
    memory: NonNull<u8>,
    block_bytes: usize,
    blocks: usize,
    /// The block that the kernel fills next or filled last.
    at: usize,
}

// SAFETY: the memory belongs to this ring alone; the pointer is not bound to a thread.
unsafe impl Send for Ring {}

/// Packets that reached the socket, and those of them for which no block was free.
#[derive(Clone, Copy, Default, Debug)]
pub struct Counted {
    pub seen: u64,
    pub dropped: u64,
}

fn width<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(size_of::<T>()).unwrap_or(0)
}

fn set<T>(fd: RawFd, option: libc::c_int, value: &T) -> io::Result<()> {
    // SAFETY: `value` lives through the call and its length is that of its type.
    let done = unsafe { libc::setsockopt(fd, libc::SOL_PACKET, option, std::ptr::from_ref(value).cast(), width::<T>()) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

impl Ring {
    /// Listen on an interface with `blocks` MiB of memory. The caller has seen to it that the interface
    /// bears no address.
    pub fn open(interface: &str, blocks: u32) -> Result<Ring, Fault> {
        let fault = |e: io::Error| match e.kind() {
            io::ErrorKind::PermissionDenied => Fault::new(
                format!("Cannot listen on {interface}: this needs the right to open raw sockets."),
                "start it as root, or give its service CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW)",
            ),
            _ => Fault::new(format!("Cannot listen on {interface}: {e}."), "is the name right, and the interface up? `ip link` tells"),
        };
        Ring::try_open(interface, blocks.max(2)).map_err(fault)
    }

    fn try_open(interface: &str, blocks: u32) -> io::Result<Ring> {
        let name = CString::new(interface)?;
        // SAFETY: a C string that lives through the call.
        let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
        let index = libc::c_int::try_from(index).unwrap_or(0);
        if index == 0 {
            return Err(io::Error::last_os_error());
        }
        // Protocol 0: nothing is received before `bind`, so no packet of another interface slips in.
        // SAFETY: no memory is handed over; the result is owned at once.
        let socket = unsafe {
            let fd = libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            OwnedFd::from_raw_fd(fd)
        };
        let fd = socket.as_raw_fd();
        let version: libc::c_int = 2; // TPACKET_V3
        set(fd, libc::PACKET_VERSION, &version)?;
        let wanted = libc::tpacket_req3 {
            tp_block_size: BLOCK_BYTES,
            tp_block_nr: blocks,
            tp_frame_size: FRAME_BYTES,
            tp_frame_nr: BLOCK_BYTES / FRAME_BYTES * blocks,
            tp_retire_blk_tov: RETIRE_MS,
            tp_sizeof_priv: 0,
            tp_feature_req_word: 0,
        };
        set(fd, libc::PACKET_RX_RING, &wanted)?;
        let (block_bytes, blocks) = (usize::try_from(BLOCK_BYTES).unwrap_or(0), usize::try_from(blocks).unwrap_or(0));
        // SAFETY: a new mapping of our own socket, of the length that was just agreed.
        let memory = unsafe {
            libc::mmap(std::ptr::null_mut(), block_bytes * blocks, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, fd, 0)
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory = NonNull::new(memory.cast::<u8>()).ok_or(io::ErrorKind::OutOfMemory)?;
        let ring = Ring { socket, memory, block_bytes, blocks, at: 0 };
        let mut promiscuous: libc::packet_mreq = zeroed_request();
        promiscuous.mr_ifindex = index;
        promiscuous.mr_type = u16::try_from(libc::PACKET_MR_PROMISC).unwrap_or(0);
        set(fd, libc::PACKET_ADD_MEMBERSHIP, &promiscuous)?;
        ring.bind(index)?;
        Ok(ring)
    }

    fn bind(&self, index: libc::c_int) -> io::Result<()> {
        let every = u16::try_from(libc::ETH_P_ALL).unwrap_or(0).to_be();
        let family = u16::try_from(libc::AF_PACKET).unwrap_or(0);
        let place = libc::sockaddr_ll { sll_family: family, sll_protocol: every, sll_ifindex: index, sll_hatype: 0, sll_pkttype: 0, sll_halen: 0, sll_addr: [0; 8] };
        // SAFETY: `place` lives through the call and its length is that of its type.
        let done = unsafe { libc::bind(self.socket.as_raw_fd(), std::ptr::from_ref(&place).cast(), width::<libc::sockaddr_ll>()) };
        if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    fn status(&self) -> &AtomicU32 {
        // SAFETY: `at` is below `blocks`, so that the word lies in the mapping; blocks are aligned to
        // pages, so the word is aligned; the kernel too reads and writes it as one word.
        unsafe { AtomicU32::from_ptr(self.memory.as_ptr().add(self.at * self.block_bytes + STATUS_AT).cast()) }
    }

    /// The next block that the kernel has filled.
    pub fn block(&mut self) -> Option<Block<'_>> {
        if self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        Some(Block { ring: self })
    }

    /// What the kernel counted since the last time.
    pub fn counted(&self) -> Counted {
        let mut counted = libc::tpacket_stats_v3 { tp_packets: 0, tp_drops: 0, tp_freeze_q_cnt: 0 };
        let mut length = width::<libc::tpacket_stats_v3>();
        // SAFETY: both live through the call, and the length is that of the type.
        let done = unsafe {
            libc::getsockopt(self.socket.as_raw_fd(), libc::SOL_PACKET, libc::PACKET_STATISTICS, std::ptr::from_mut(&mut counted).cast(), &mut length)
        };
        if done == 0 { Counted { seen: u64::from(counted.tp_packets), dropped: u64::from(counted.tp_drops) } } else { Counted::default() }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `open`; no block is borrowed any more.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), self.block_bytes * self.blocks) };
    }
}

fn zeroed_request() -> libc::packet_mreq {
    libc::packet_mreq { mr_ifindex: 0, mr_type: 0, mr_alen: 0, mr_address: [0; 8] }
}

/// A filled block; it goes back to the kernel when it is dropped.
pub struct Block<'a> {
    ring: &'a mut Ring,
}

impl Block<'_> {
    /// The block behind its status word.
    pub fn rest(&self) -> &[u8] {
        let ring = &*self.ring;
        // SAFETY: inside the mapping; the kernel does not touch a block whose status says that it is
        // ours, and the status word itself is not part of the slice.
        unsafe { std::slice::from_raw_parts(ring.memory.as_ptr().add(ring.at * ring.block_bytes + REST_AT), ring.block_bytes - REST_AT) }
    }
}

impl Drop for Block<'_> {
    fn drop(&mut self) {
        self.ring.status().store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.ring.at = (self.ring.at + 1) % self.ring.blocks;
    }
}

/// A descriptor that the parent process left for us, as a file.
pub fn inherited(fd: RawFd) -> File {
    // SAFETY: the caller names a descriptor that was handed over to this process and is used once.
    unsafe { File::from_raw_fd(fd) }
}

/// Wait until a ring has a block, `end` is closed or the time is over; true when `end` is closed.
pub fn wait(rings: &[Ring], end: RawFd, timeout_ms: i32) -> bool {
    let asked = |fd: RawFd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    let mut all: Vec<libc::pollfd> = rings.iter().map(|r| asked(r.socket.as_raw_fd())).collect();
    all.push(asked(end));
    let count = libc::nfds_t::try_from(all.len()).unwrap_or(0);
    // SAFETY: the list lives through the call and its length is given.
    unsafe { libc::poll(all.as_mut_ptr(), count, timeout_ms) };
    all.last().is_some_and(|p| p.revents & (libc::POLLHUP | libc::POLLIN | libc::POLLERR) != 0)
}

//! A program's event loop waits for file events itself: who waits for them decides how fast a save is live, see
//! `watch/inotify.rs`.
//!
//! One environment of the process does, the first that asks. libuv's functions are looked up by name: what has the
//! Node-API, but another loop, goes on with the backend's own thread.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread::ThreadId;

use napi::bindgen_prelude::{Function, JsValue, Result};
use napi::{Env, check_status, sys};
use parking_lot::Mutex;

use super::exports::function;
use crate::background_threads::let_the_program_first;
use crate::engine::{Engine, LoopReader};

/// How often events are read of which none led to an update before the thread gets them back: a log that is written to
/// in a watched folder is no business of the program's loop.
const IN_VAIN: u32 = 64;

/// <https://docs.libuv.org/en/v1.x/handle.html>: the numbers are part of its ABI, which is stable through version 1.
const UV_POLL: c_int = 8;
const UV_READABLE: c_int = 1;

type Handle = *mut c_void;

struct Libuv {
    handle_size: unsafe extern "C" fn(c_int) -> usize,
    set_data: unsafe extern "C" fn(Handle, *mut c_void),
    unref: unsafe extern "C" fn(Handle),
    close: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)),
    poll_init: unsafe extern "C" fn(*mut c_void, Handle, c_int) -> c_int,
    poll_start:
        unsafe extern "C" fn(Handle, c_int, unsafe extern "C" fn(Handle, c_int, c_int)) -> c_int,
    poll_stop: unsafe extern "C" fn(Handle) -> c_int,
}

impl Libuv {
    fn find() -> Option<Self> {
        // SAFETY: libuv has had these functions, with these signatures, since 1.19.
        unsafe {
            Some(Self {
                handle_size: function(c"uv_handle_size")?,
                set_data: function(c"uv_handle_set_data")?,
                unref: function(c"uv_unref")?,
                close: function(c"uv_close")?,
                poll_init: function(c"uv_poll_init")?,
                poll_start: function(c"uv_poll_start")?,
                poll_stop: function(c"uv_poll_stop")?,
            })
        }
    }
}

/// What an environment's thread is to call when there is something for it.
pub struct Woken {
    thread: ThreadId,
    env: sys::napi_env,
    /// Null once it has been given up.
    function: AtomicPtr<sys::napi_ref__>,
}

// SAFETY: only `thread` goes by the pointers.
unsafe impl Send for Woken {}
// SAFETY: as above.
unsafe impl Sync for Woken {}

impl Woken {
    /// # Errors
    /// When the Node-API gives no reference.
    pub fn new(env: Env, function: &Function<'_, (), ()>) -> Result<Arc<Self>> {
        let mut reference = std::ptr::null_mut();
        // SAFETY: `function` is one of `env`, which is calling.
        check_status!(unsafe {
            sys::napi_create_reference(env.raw(), function.raw(), 1, &raw mut reference)
        })?;
        Ok(Arc::new(Self {
            thread: std::thread::current().id(),
            env: env.raw(),
            function: AtomicPtr::new(reference),
        }))
    }

    /// It is called as soon as the events have been read, if it is this thread's loop that reads them. False: it is not.
    pub fn call_soon(self: &Arc<Self>) -> bool {
        let is_here = || self.thread == std::thread::current().id();
        WOKEN.with_borrow_mut(|woken| {
            let Some(woken) = woken.as_mut().filter(|_| is_here()) else {
                return false;
            };
            if !woken.iter().any(|it| Arc::ptr_eq(it, self)) {
                woken.push(Arc::clone(self));
            }
            true
        })
    }

    /// To be called on its thread.
    pub fn give_up(&self) {
        let function = self.function.swap(std::ptr::null_mut(), Ordering::Relaxed);
        if !function.is_null() {
            // SAFETY: nobody has it any more.
            unsafe { sys::napi_delete_reference(self.env, function) };
        }
    }

    /// As a thread-safe function would, a turn of the event loop later. On its thread, when nothing of JavaScript runs.
    fn call(&self) {
        let function = self.function.load(Ordering::Relaxed);
        if function.is_null() {
            return;
        }
        let env = self.env;
        let mut scope = std::ptr::null_mut();
        // SAFETY: the environment has not ended: `end` closes the handle that has led here. Each value is used within the
        // scope.
        unsafe {
            if sys::napi_open_handle_scope(env, &raw mut scope) != sys::Status::napi_ok {
                return;
            }
            let mut value = std::ptr::null_mut();
            sys::napi_get_reference_value(env, function, &raw mut value);
            // Of itself, not of the global object: once anybody has loaded `node:domain`, as the REPL does, Node enters what
            // `this.domain` is, be it a global variable of the program's.
            let (context, result) = (std::ptr::null_mut(), std::ptr::null_mut());
            let no_arguments = std::ptr::null();
            sys::napi_make_callback(env, context, value, value, 0, no_arguments, result);
            let mut is_pending = false;
            sys::napi_is_exception_pending(env, &raw mut is_pending);
            let mut error = std::ptr::null_mut();
            if is_pending
                && sys::napi_get_and_clear_last_exception(env, &raw mut error)
                    == sys::Status::napi_ok
            {
                sys::napi_fatal_exception(env, error);
            }
            sys::napi_close_handle_scope(env, scope);
        }
    }
}

thread_local! {
    /// Whom the events concern that are being read.
    static WOKEN: RefCell<Option<Vec<Arc<Woken>>>> = const { RefCell::new(None) };
}

/// Used on the thread of its loop alone.
struct Attendant {
    libuv: Libuv,
    reader: Arc<LoopReader>,
    /// A `uv_poll_t`, whose data this is.
    handle: *mut [u64],
    removal: Cell<sys::napi_async_cleanup_hook_handle>,
    in_vain: Cell<u32>,
    is_waiting: Cell<bool>,
}

struct Office {
    thread: ThreadId,
    attendant: *mut Attendant,
}

// SAFETY: only `thread` goes by the pointer.
unsafe impl Send for Office {}

static OFFICE: Mutex<Option<Office>> = Mutex::new(None);

/// The loop of `env` waits for events from now on, if no other one does. To be called when there was an update, too.
pub fn attend(env: Env) {
    let mut office = OFFICE.lock();
    match &*office {
        None => *office = begin(env),
        Some(it) if it.thread == std::thread::current().id() => {
            // SAFETY: it is taken out of the office, on this thread, before it is freed.
            unsafe { &*it.attendant }.wait();
        }
        Some(_) => {}
    }
}

fn begin(env: Env) -> Option<Office> {
    let reader = Engine::loop_reader()?;
    let libuv = Libuv::find()?;
    let mut event_loop = std::ptr::null_mut();
    // SAFETY: `env` is the one that is calling.
    let status = unsafe { sys::napi_get_uv_event_loop(env.raw(), &raw mut event_loop) };
    if status != sys::Status::napi_ok {
        return None;
    }
    // SAFETY: no argument but a type.
    let size = unsafe { (libuv.handle_size)(UV_POLL) };
    let attendant = Box::into_raw(Box::new(Attendant {
        libuv,
        reader,
        handle: Box::into_raw(vec![0; size.div_ceil(8)].into_boxed_slice()),
        removal: Cell::new(std::ptr::null_mut()),
        in_vain: Cell::new(0),
        is_waiting: Cell::new(false),
    }));
    // SAFETY: it lives until `closed`, or until here, if there is nothing to close.
    unsafe {
        let it = &*attendant;
        let init =
            (it.libuv.poll_init)(event_loop.cast(), it.handle(), it.reader.queue.descriptor());
        if init != 0 {
            drop(Box::from_raw(attendant));
            return None;
        }
        (it.libuv.set_data)(it.handle(), attendant.cast());
        (it.libuv.unref)(it.handle());
        let mut removal = std::ptr::null_mut();
        let hooked = sys::napi_add_async_cleanup_hook(
            env.raw(),
            Some(end),
            attendant.cast(),
            &raw mut removal,
        );
        it.removal.set(removal);
        if hooked != sys::Status::napi_ok {
            (it.libuv.close)(it.handle(), closed);
            return None;
        }
        it.wait();
    }
    let_the_program_first();
    let thread = std::thread::current().id();
    Some(Office { thread, attendant })
}

impl Attendant {
    fn handle(&self) -> Handle {
        self.handle.cast()
    }

    fn wait(&self) {
        self.in_vain.set(0);
        if Engine::has_workers() {
            self.reader.queue.concerns_others();
        }
        if self.is_waiting.get() {
            return;
        }
        // SAFETY: the handle has been initialised, and is not closed.
        let begun = unsafe { (self.libuv.poll_start)(self.handle(), UV_READABLE, readable) };
        self.is_waiting.set(begun == 0);
        self.reader.queue.attended(begun == 0);
    }

    fn stop(&self) {
        // SAFETY: as above; stopping twice is allowed.
        unsafe { (self.libuv.poll_stop)(self.handle()) };
        self.is_waiting.set(false);
        self.reader.queue.attended(false);
    }
}

impl Drop for Attendant {
    fn drop(&mut self) {
        // SAFETY: libuv has no handle there, or has closed it.
        drop(unsafe { Box::from_raw(self.handle) });
    }
}

/// Called by the loop.
unsafe extern "C" fn readable(handle: Handle, status: c_int, _events: c_int) {
    // SAFETY: `data` is the first field of every handle of libuv's, and it lives until its handle is closed.
    let it = unsafe { &**handle.cast::<*mut Attendant>() };
    let in_vain = it.in_vain.get() + 1;
    it.in_vain.set(in_vain);
    WOKEN.set(Some(Vec::new()));
    // A panic is no reason to end Node; the sink has said what there was to say.
    let reader = Arc::clone(&it.reader);
    let read = catch_unwind(AssertUnwindSafe(|| {
        reader.read(|| call_all(WOKEN.replace(Some(Vec::new()))))
    }));
    let woken = WOKEN.take();
    // Very many, a branch that is switched, are for the thread to read: the program may have something else to do.
    if status < 0 || in_vain > IN_VAIN || read.unwrap_or(true) {
        it.stop();
    }
    call_all(woken);
    // The handle may be gone by now, with its environment.
    let _ = catch_unwind(AssertUnwindSafe(|| reader.end()));
}

fn call_all(woken: Option<Vec<Arc<Woken>>>) {
    for it in woken.into_iter().flatten() {
        it.call();
    }
}

/// The environment ends.
unsafe extern "C" fn end(_removal: sys::napi_async_cleanup_hook_handle, attendant: *mut c_void) {
    *OFFICE.lock() = None;
    // SAFETY: it is what the hook was added with.
    let it = unsafe { &*attendant.cast::<Attendant>() };
    it.stop();
    // SAFETY: once; the loop calls `closed` when it is done with the handle.
    unsafe { (it.libuv.close)(it.handle(), closed) };
}

unsafe extern "C" fn closed(handle: Handle) {
    // SAFETY: as in `readable`; nobody has the pointer any more.
    let it = unsafe { Box::from_raw(*handle.cast::<*mut Attendant>()) };
    let removal = it.removal.get();
    if !removal.is_null() {
        // SAFETY: the handle of the hook that has led here.
        unsafe { sys::napi_remove_async_cleanup_hook(removal) };
    }
}

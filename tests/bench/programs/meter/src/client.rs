//! Responses for a client, without a server.

/// The body of the response of the operation.
pub const BODY: &str = r#"{"inventory":{"uuid":"0123456789abcdef0123456789abcdef","name":"TinyLinux","description":"For tests","state":"Enabled","size":13107200,"backupStorageRefs":[{"id":1,"backupStorageUuid":"609d29fb59ee414f90cedbc3a71038c6","installPath":"ceph://images/f0b149e053b34c7eb7fe694b182ebffd"},{"id":2,"backupStorageUuid":"c019173f2b5742868058049be43033a1","installPath":"ceph://images/f0b149e053b34c7eb7fe694b182ebffd"}]}}"#;

/// Measures a call. `call` returns the number of references to storages in the reply, which shows that it was read.
///
/// # Panics
///
/// If the reply is another.
pub fn run<F: Future<Output = usize>>(call: impl Fn() -> F) {
    let (_, iterations) = crate::arguments();
    let runtime = crate::server::runtime();
    assert_eq!(runtime.block_on(call()), 2);
    crate::measure("200 OK", iterations, || {
        std::hint::black_box(runtime.block_on(call()));
    });
}

/// Returns the response as an HTTP library does that has received it.
///
/// # Panics
///
/// Never: the response is valid.
pub fn response() -> http::Response<&'static str> {
    let response = http::Response::builder().header("content-type", "application/json");
    response.body(BODY).expect("a response")
}

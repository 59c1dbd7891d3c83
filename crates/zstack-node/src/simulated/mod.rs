//! A simulated management node, for tests: the protocol of a node in front of the server stub, with faults on demand.

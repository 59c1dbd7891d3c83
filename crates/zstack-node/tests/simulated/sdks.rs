//! What the ZStack SDKs in other languages send when they log in and recover an image, replayed.

//! ROM images.

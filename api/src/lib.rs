//! The thin front: HTTP only.

//! That README and docs say what the code does.

//! Hosts an aos process: the Lua of a contract, run one evaluation at a time.

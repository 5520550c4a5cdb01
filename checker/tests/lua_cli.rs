//! `check --handlers` as a user meets it.

#[path = "lua_cli/accounts.rs"]
mod accounts;
#[path = "lua_cli/attempts.rs"]
mod attempts;
#[path = "lua_cli/backdoors.rs"]
mod backdoors;
#[path = "lua_cli/books.rs"]
mod books;
#[path = "common/command.rs"]
mod command;
#[path = "lua_cli/derived.rs"]
mod derived;
#[path = "lua_cli/fallbacks.rs"]
mod fallbacks;
#[path = "lua_cli/files.rs"]
mod files;
#[path = "lua_cli/folder.rs"]
mod folder;
#[path = "lua_cli/hidden.rs"]
mod hidden;
#[path = "lua_cli/keys.rs"]
mod keys;
#[path = "lua_cli/larger.rs"]
mod larger;
#[path = "lua_cli/limits.rs"]
mod limits;
#[path = "lua_cli/lists.rs"]
mod lists;
#[path = "lua_cli/not_tried.rs"]
mod not_tried;
#[path = "lua_cli/others.rs"]
mod others;
#[path = "lua_cli/own.rs"]
mod own;
#[path = "lua_cli/parts.rs"]
mod parts;
#[path = "lua_cli/powers.rs"]
mod powers;
#[path = "lua_cli/references.rs"]
mod references;
#[path = "lua_cli/refunds.rs"]
mod refunds;
#[path = "lua_cli/relays.rs"]
mod relays;
#[path = "lua_cli/remarks.rs"]
mod remarks;
#[path = "lua_cli/screen.rs"]
mod screen;
#[path = "lua_cli/several_files.rs"]
mod several_files;
#[path = "lua_cli/spawned.rs"]
mod spawned;
#[path = "lua_cli/trust.rs"]
mod trust;
#[path = "lua_cli/unsound.rs"]
mod unsound;
#[path = "lua_cli/users.rs"]
mod users;

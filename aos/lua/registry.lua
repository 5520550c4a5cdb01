-- What aos gives to a contract, name by name, and what this host makes of each name. What is
-- there on aos was read off a running aos 2.0.6 (SEMANTICS A7); the section with each row says
-- what it does.
--
--   honoured  it is read and changed as on aos
--   kept      it is read as on aos; a change to another value is refused
--   fixed     it is read as on aos; aos itself uses it, so that a change is refused
--   unread    this host does not have it: reading it is refused, unless the contract set it
--   refused   this host does not have it, and aos itself uses it: reading and changing it is refused
--
-- A row is a treatment, a section, names, and for what is refused the way out, if there is one.

local LIBRARY = "A7"

return {
  _G = {
    { "honoured", "A1", "Name Errors Bell Receive" },
    -- aos took what it uses of it when it was loaded.
    { "honoured", LIBRARY, "bit32" },
    { "honoured", "A7", "Spawn Assign" },
    -- Nobody tries what another owner would Eval.
    { "kept", "A1", "Owner", "leave it as it is: whoever is Owner may Eval any code, and no check can try that" },
    -- Part of a state only where the file speaks of it.
    { "unread", "A1", "Inbox", "write the word Inbox into the file" },
    { "fixed", "A3", "ao Handlers Send Colors Utils print require" },
    { "fixed", LIBRARY, "_G _VERSION assert collectgarbage coroutine debug error getmetatable ipairs load math next os" },
    { "fixed", LIBRARY, "pairs pcall rawequal rawget rawlen rawset select setmetatable string table tonumber tostring" },
    { "fixed", LIBRARY, "package type utf8 xpcall" },
    { "refused", "A7", "Tab Prompt HANDLER_PRINT_LOGS Seeded handle io" },
    { "unread", "A7", "Dump Version dofile loadfile" },
  },
  ao = {
    { "honoured", "A3", "authorities" },
    { "fixed", "A3", "id env send reference outbox isTrusted isAssignment log" },
    { "fixed", "A7", "spawn assign addAssignable" },
    { "refused", "A3", "isAssignable assignables removeAssignable normalize sanitize nonExtractableTags nonForwardableTags" },
    { "refused", "A7", "result init clearOutbox clone registerHint _hints _module Nonce" },
    { "unread", "A7", "_version" },
  },
  ["ao.env"] = {
    { "fixed", "A3", "Process Module" },
  },
  ["ao.env.Process"] = {
    { "fixed", "A3", "Id Owner Tags" },
    { "refused", "A7", "TagArray" },
  },
  -- Which tags a process is spawned with, its file does not say.
  ["ao.env.Process.Tags"] = {
    { "fixed", "A3", "Authority" },
    { "refused", "A3", "*", "say its value: --tag NAME=VALUE, or `tags` on a page" },
  },
  ["ao.env.Module"] = {
    { "refused", "A7", "*", "write the value into the file" },
  },
  ["ao.outbox"] = {
    { "honoured", "A2", "Output Error" },
    { "refused", "A2", "Messages Spawns Assignments", "use ao.send" },
  },
  Handlers = {
    { "honoured", "A1", "list" },
    { "fixed", "A1", "add append prepend once before after remove receive evaluate utils" },
    { "refused", "A7", "coroutines onceNonce generateResolver" },
    { "unread", "A7", "_version" },
  },
  ["Handlers.utils"] = {
    { "fixed", "A1", "hasMatchingTag hasMatchingTagOf hasMatchingData reply continue" },
    { "unread", "A7", "_version" },
  },
  Utils = {
    { "fixed", "A7", "capitalize compose concat curry filter find includes keys map matchesPattern matchesSpec normalize" },
    { "fixed", "A7", "prop propEq reduce reverse values" },
    { "unread", "A7", "_version" },
  },
  -- The fields of a message; tags of other names are fields, too.
  msg = {
    { "honoured", "A3", "Id From Owner Target Data Tags Timestamp Block-Height Cron reply forward" },
    { "unread", "A3", "TagArray", "write the word TagArray into the file" },
    { "unread", "A3", "Module Nonce Epoch Hash-Chain Anchor" },
    { "unread", "A3", "Signature Forwarded-By Read-Only Type Variant Data-Protocol From-Process From-Module" },
  },
  ["msg.Tags"] = {
    { "honoured", "A3", "From-Process Data-Protocol Variant Type" },
    { "unread", "A3", "From-Module" },
  },
  -- What Send returns, and what ao.send and msg.reply return.
  Send = {
    { "honoured", "A7", "output onReply receive" },
  },
  ["ao.send"] = {
    { "honoured", "A7", "Target Data Tags onReply receive" },
    { "unread", "A3", "Anchor" },
  },
  -- The same of processes.
  Spawn = {
    { "honoured", "A7", "output receive" },
  },
  ["ao.spawn"] = {
    { "honoured", "A7", "Data Tags onReply receive" },
    { "unread", "A7", "Anchor" },
  },
  Colors = {
    { "fixed", "A7", "red green blue reset gray" },
  },
  json = {
    { "fixed", "A7", "encode decode" },
    { "unread", "A7", "_version" },
  },
  base64 = {
    { "fixed", "A7", "decode encode makedecoder makeencoder" },
  },
  pretty = {
    { "fixed", "A7", "tprint" },
    { "unread", "A7", "_version" },
  },
  stringify = {
    { "fixed", "A7", "format isSimpleArray" },
    { "unread", "A7", "_version" },
  },
  chance = {
    { "fixed", "A7", "integer random seed" },
  },
  -- As require(".crypto") and by the names of its parts.
  crypto = {
    { "fixed", "A7", "digest mac kdf utils" },
    { "unread", "A7", "_version cipher random" },
  },
  ["crypto.digest"] = {
    { "fixed", "A7", "md2 md4 md5 sha1 sha2_256 sha2_512 sha3_256 sha3_512 keccak256 keccak512 blake2b" },
    { "unread", "A7", "_version" },
  },
  ["crypto.digest.sha1"] = {
    { "fixed", "A7", "sha1 SHA1" },
  },
  ["crypto.digest.sha2_256"] = {
    { "fixed", "A7", "sha2_256 SHA2_256" },
  },
  ["crypto.digest.sha3"] = {
    { "fixed", "A7", "sha3_256 sha3_512 keccak256 keccak512" },
  },
  ["crypto.mac"] = {
    { "fixed", "A7", "createHmac" },
    { "unread", "A7", "_version" },
  },
  ["crypto.mac.hmac"] = {
    { "fixed", "A7", "hmac" },
    { "unread", "A7", "HMAC" },
  },
  ["crypto.kdf"] = {
    { "fixed", "A7", "pbkdf2" },
    { "unread", "A7", "_version" },
  },
  ["crypto.kdf.pbkdf2"] = {
    { "fixed", "A7", "pbkdf2" },
    { "unread", "A7", "PBKDF2" },
  },
  ["crypto.util"] = {
    { "fixed", "A7", "array bit hex queue stream" },
    { "unread", "A7", "_version" },
  },
  ["crypto.util.array"] = {
    { "fixed", "A7", "XOR concat copy fromHex fromStream fromString permute readFromQueue size slice substitute toHex" },
    { "fixed", "A7", "toStream toString truncate writeToQueue" },
  },
  ["crypto.util.hex"] = {
    { "fixed", "A7", "hexToString stringToHex" },
  },
  ["crypto.util.stream"] = {
    { "fixed", "A7", "fromArray fromHex fromString toArray toHex toString" },
  },
  -- With native sizes, pack, packsize and unpack are refused.
  string = {
    { "fixed", LIBRARY, "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper" },
    { "unread", LIBRARY, "dump" },
  },
  bit32 = {
    { "fixed", LIBRARY, "arshift band bnot bor btest bxor extract lrotate lshift replace rrotate rshift" },
  },
  table = {
    { "fixed", LIBRARY, "concat insert move pack remove sort unpack" },
  },
  math = {
    { "fixed", LIBRARY, "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi" },
    { "fixed", LIBRARY, "rad random randomseed sin sqrt tan tointeger type ult" },
    { "unread", LIBRARY, "atan2 cosh frexp ldexp log10 pow sinh tanh" },
  },
  os = {
    { "fixed", LIBRARY, "clock date difftime time" },
    { "unread", LIBRARY, "execute exit getenv remove rename setlocale tmpname" },
  },
  utf8 = {
    { "fixed", LIBRARY, "char charpattern codepoint codes len offset" },
  },
  coroutine = {
    { "fixed", LIBRARY, "create isyieldable resume running status wrap yield" },
  },
  debug = {
    { "fixed", LIBRARY, "traceback" },
    { "unread", LIBRARY, "debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook" },
    { "unread", LIBRARY, "setlocal setmetatable setupvalue setuservalue upvalueid upvaluejoin" },
  },
  -- What is in its tables is `require`'s.
  package = {
    { "fixed", LIBRARY, "loaded preload" },
    { "unread", LIBRARY, "config cpath loadlib path searchers searchpath" },
  },
  -- What `require` knows, and what is in package.loaded. Of .crypto, there may be more.
  require = {
    { "honoured", "A7", "json .base64 .bint .chance .dump .handlers .handlers-utils .pretty .stringify .utils ao .ao" },
    { "honoured", LIBRARY, "string table math os utf8 coroutine debug package bit32 _G" },
    { "refused", "A7", ".eval .default .boot .process .assignment" },
    { "honoured", "A7", ".crypto .crypto.init .crypto.digest .crypto.digest.init .crypto.digest.md2 .crypto.digest.md4" },
    { "honoured", "A7", ".crypto.digest.md5 .crypto.digest.sha1 .crypto.digest.sha2_256 .crypto.digest.sha2_512" },
    { "honoured", "A7", ".crypto.digest.sha3 .crypto.digest.blake2b .crypto.mac .crypto.mac.init .crypto.mac.hmac" },
    { "honoured", "A7", ".crypto.kdf .crypto.kdf.init .crypto.kdf.pbkdf2 .crypto.util .crypto.util.init" },
    { "honoured", "A7", ".crypto.util.array .crypto.util.bit .crypto.util.hex .crypto.util.queue .crypto.util.stream" },
    { "refused", "A7", ".crypto.cipher .crypto.padding.zero" },
    { "refused", LIBRARY, "io" },
  },
}

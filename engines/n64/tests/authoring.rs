//! Sequences taken apart and put together again.

use tatum_n64::author::abi::BuiltInAbi;
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;

/// Taking bytes apart and putting them together gives the same, whatever they are.
#[test]
fn any_bytes_come_back() {
    arbtest::arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let bytes: Vec<u8> = u.arbitrary()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let disassembly = disassemble("arbitrary", &bytes, &abi).unwrap();
        let assembly = assemble(&disassembly.sequence, &abi)
            .unwrap_or_else(|errors| panic!("{errors:?}\n{bytes:02x?}\n{:#?}", disassembly.sequence));
        assert_eq!(assembly.bytes, bytes, "{:#?}", disassembly.sequence);
        Ok(())
    });
}


use clap::Args;
use clap_complete::Shell;

use super::common::print;
use crate::error::Error;

/// `tatum completions`: what a shell needs to complete commands and options.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tatum completions bash > ~/.local/share/bash-completion/completions/tatum\n  \
                  tatum completions zsh > ~/.zfunc/_tatum\n  tatum completions fish > ~/.config/fish/completions/tatum.fish"
)]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

impl CompletionsArguments {
    pub(super) fn run(&self) -> Result<u8, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::whole_program(), "tatum", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(0)
    }
}

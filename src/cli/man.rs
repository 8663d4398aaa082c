use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use crate::error::Error;
use crate::output::folder::PendingFolder;

/// `tatum man`: the manual's pages, made from the same definitions as `--help`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tatum man pages && man -l pages/tatum.1")]
pub(super) struct ManArguments {
    /// The folder to make: tatum.1, and a page for every command.
    folder: PathBuf,
}

impl ManArguments {
    pub(super) fn run(&self) -> Result<u8, Error> {
        let folder = PendingFolder::create(&self.folder)?;
        let mut command = super::whole_program();
        command.build();
        write_pages(&folder, &command, "tatum")?;
        folder.finish()?;
        Ok(0)
    }
}

/// The page of a command and those of its subcommands.
fn write_pages(folder: &PendingFolder, command: &Command, name: &str) -> Result<(), Error> {
    let mut page = Vec::new();
    let titled = command.clone().display_name(name.to_owned()).name(name.to_owned());
    let page_name = format!("{name}.1");
    Man::new(titled).render(&mut page).map_err(|source| Error::io(page_name.as_ref(), source))?;
    folder.write(&page_name, &page)?;
    let subcommands = command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help");
    subcommands
        .into_iter()
        .try_for_each(|sub| write_pages(folder, sub, &format!("{name}-{}", sub.get_name())))
}

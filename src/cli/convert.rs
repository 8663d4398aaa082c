//! `tatum convert`.

use std::path::PathBuf;

use clap::Args;

use crate::convert::{Job, Options, convert};
use crate::error::Error;

#[derive(Debug, Args)]
#[command(after_long_help = crate::convert::describe_formats())]
pub(super) struct ConvertArguments {
    /// The file to read, or - for standard input.
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// The file to write, or - for standard output.
    #[arg(value_name = "OUT")]
    output: PathBuf,

    /// The format of IN, where its ending does not say.
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,

    /// The format of OUT, where its ending does not say.
    #[arg(long, value_name = "FORMAT")]
    to: Option<String>,

    #[command(flatten)]
    options: Options,
}

impl ConvertArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        let options = Options { quiet, ..self.options.clone() };
        let job = Job { input: &self.input, output: &self.output, options: &options };
        convert(&job, self.from.as_deref(), self.to.as_deref())?;
        Ok(0)
    }
}

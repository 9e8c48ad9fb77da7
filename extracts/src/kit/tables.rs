//! Which columns of which tables an extract reads, declared once.

/// Makes `Tables`, whole columns by table, and its `load`.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $table:literal [$($column:literal),+ $(,)?]),+ $(,)?) => {
        /// Whole columns by table.
        #[derive(Debug)]
        pub struct Tables { $($(#[$doc])* pub $field: ::campus::snapshot::read::Batch),+ }

        impl Tables {
            /// Reads them.
            pub fn load(snapshot: &::campus::snapshot::read::Snapshot) -> Result<Tables, ::campus::snapshot::read::Error> {
                Ok(Tables { $($field: snapshot.load($table, &[$($column),+])?),+ })
            }
        }
    };
}

pub(crate) use tables;

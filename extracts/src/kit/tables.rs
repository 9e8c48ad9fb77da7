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

            /// Reads some of the tables; the others are as if they had no row.
            #[allow(dead_code, reason = "not every extract reads a part of its tables")]
            pub fn load_only(
                snapshot: &::campus::snapshot::read::Snapshot,
                wanted: &[&str],
            ) -> Result<Tables, ::campus::snapshot::read::Error> {
                Ok(Tables { $($field: if wanted.contains(&$table) {
                    snapshot.load($table, &[$($column),+])?
                } else {
                    ::campus::snapshot::read::Batch::without_rows($table, &[$($column),+])
                }),+ })
            }
        }
    };
}

pub(crate) use tables;

//! Which columns of which tables an extract reads, declared once.

/// Makes `Tables`, whole columns by table, and its `load`.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $table:literal [$($column:literal),+ $(,)?]),+ $(,)?) => {
        /// Whole columns by table.
        #[derive(Debug)]
        pub struct Tables { $($(#[$doc])* pub $field: ::campus::snapshot::read::Batch),+ }

        impl Tables {
            /// Reads them.
            #[allow(dead_code, reason = "some extracts read only a part of their tables")]
            pub fn load(snapshot: &::campus::snapshot::read::Snapshot) -> Result<Tables, ::campus::snapshot::read::Error> {
                Tables::load_where(snapshot, |_, _| true)
            }

            /// Reads some of the tables; the others are as if they had no row.
            #[allow(dead_code, reason = "not every extract reads a part of its tables")]
            pub fn load_only(
                snapshot: &::campus::snapshot::read::Snapshot,
                wanted: &[&str],
            ) -> Result<Tables, ::campus::snapshot::read::Error> {
                Tables::load_where(snapshot, |table, _| wanted.contains(&table))
            }

            /// Reads some columns of some tables; a table without any is as if it had no row.
            pub fn load_where(
                snapshot: &::campus::snapshot::read::Snapshot,
                wanted: impl Fn(&str, &str) -> bool,
            ) -> Result<Tables, ::campus::snapshot::read::Error> {
                let asked: Vec<(&str, Vec<&str>)> = [$(($table, vec![$($column),+])),+]
                    .into_iter()
                    .map(|(table, columns)| {
                        (table, columns.into_iter().filter(|c| wanted(table, c)).collect::<Vec<_>>())
                    })
                    .filter(|(_, columns)| !columns.is_empty())
                    .collect();
                let mut read = snapshot.load_all(&asked)?.into_iter();
                let mut places = asked.iter().map(|(table, _)| *table).peekable();
                let mut next = |table: &str, columns: &[&str]| match places.next_if_eq(&table) {
                    Some(_) => read.next(),
                    None => None,
                }
                .unwrap_or_else(|| ::campus::snapshot::read::Batch::without_rows(table, columns));
                Ok(Tables { $($field: next($table, &[$($column),+])),+ })
            }
        }
    };
}

pub(crate) use tables;

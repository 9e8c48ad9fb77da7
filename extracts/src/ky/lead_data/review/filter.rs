//! What a check's filter may ask of a printed column, in words and in effect (lead-data, section 4, "Reading a filter").

use crate::kit::cell::Cell;
use crate::kit::code;

/// One condition on a column.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// Header of the column.
    pub column: &'static str,
    /// What must hold.
    pub test: Test,
}

/// What must hold of a cell.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    /// Empty.
    Blank,
    /// Not empty.
    NotBlank,
    /// Neither empty nor 0.
    NotBlankNotZero,
    /// Empty or 0.
    ZeroOrBlank,
    /// Equal to one of these codes; never true for blank.
    OneOf(&'static [&'static str]),
    /// Equal to none of these codes; true for blank.
    NoneOf(&'static [&'static str]),
    /// The flag is set.
    True,
    /// The count is 0.
    Zero,
    /// The count is more than 0.
    Positive,
    /// Four times the count is more than Total.
    OverQuarterOfTotal,
    /// The count is less than Total.
    BelowTotal,
}

/// What Students Counted adds up over the lines found.
#[derive(Clone, Copy, Debug)]
pub enum Sum {
    /// Nothing: the column stays empty.
    Nothing,
    /// Each line is a student.
    Lines,
    /// A count column.
    Of(&'static str),
    /// Total less a count column.
    TotalLess(&'static str),
}

impl Condition {
    /// The condition as the sheet words it.
    fn words(&self) -> String {
        let column = self.column;
        match self.test {
            Test::Blank => format!("{column} is blank"),
            Test::NotBlank => format!("{column} is not blank"),
            Test::NotBlankNotZero => format!("{column} is not blank and not 0"),
            Test::ZeroOrBlank => format!("{column} is 0 or blank"),
            Test::OneOf(codes) => format!("{column} is {}", listed(codes)),
            Test::NoneOf(codes) => format!("{column} is not {}", listed(codes)),
            Test::True => format!("{column} is True"),
            Test::Zero => format!("{column} is 0"),
            Test::Positive => format!("{column} is greater than 0"),
            Test::OverQuarterOfTotal => format!("{column} is more than a quarter of Total"),
            Test::BelowTotal => format!("{column} is less than Total"),
        }
    }
}

/// The Filter column: the conditions joined by "and".
pub fn words(filter: &[Condition]) -> String {
    if filter.is_empty() {
        return "every line".to_owned();
    }
    filter.iter().map(Condition::words).collect::<Vec<_>>().join(" and ")
}

/// `X`, `X or Y`, `X, Y or Z`.
fn listed(codes: &[&str]) -> String {
    match codes {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

impl Test {
    /// Whether it holds of a cell; `total` is the line's Total, 0 where the report has none.
    pub fn holds(self, cell: Cell<'_>, total: i64) -> bool {
        match self {
            Test::Blank => blank(cell),
            Test::NotBlank => !blank(cell),
            Test::NotBlankNotZero => !blank(cell) && cell != Cell::Number(0),
            Test::ZeroOrBlank => blank(cell) || cell == Cell::Number(0),
            Test::OneOf(codes) => code::is_one_of(text(cell), codes),
            Test::NoneOf(codes) => !code::is_one_of(text(cell), codes),
            Test::True => cell == Cell::Flag(true),
            Test::Zero => number(cell) == 0,
            Test::Positive => number(cell) > 0,
            Test::OverQuarterOfTotal => 4 * number(cell) > total,
            Test::BelowTotal => number(cell) < total,
        }
    }
}

fn blank(cell: Cell<'_>) -> bool {
    matches!(cell, Cell::Empty | Cell::Text(""))
}

fn text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

/// A count as a number.
pub fn number(cell: Cell<'_>) -> i64 {
    match cell {
        Cell::Number(n) => n,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_equal_to_no_code_and_to_none_of_them() {
        assert!(!Test::OneOf(&["A5"]).holds(Cell::Empty, 0));
        assert!(Test::NoneOf(&["A5"]).holds(Cell::Empty, 0));
        assert!(Test::OneOf(&["A5"]).holds(Cell::Text(" a5"), 0));
        assert!(!Test::NoneOf(&["A5"]).holds(Cell::Text("a5 "), 0));
        assert!(!Test::OneOf(&["05"]).holds(Cell::Text("5"), 0));
    }

    #[test]
    fn zero_is_as_good_as_no_case_manager() {
        for (cell, none) in [(Cell::Empty, true), (Cell::Number(0), true), (Cell::Number(12), false)] {
            assert_eq!(Test::ZeroOrBlank.holds(cell, 0), none);
            assert_eq!(Test::NotBlankNotZero.holds(cell, 0), !none);
        }
    }

    #[test]
    fn exactly_a_quarter_passes_and_no_students_are_no_hit() {
        let over = |general, total| Test::OverQuarterOfTotal.holds(Cell::Number(general), total);
        assert_eq!([over(1, 4), over(2, 4), over(0, 0), over(26, 100)], [false, true, false, true]);
    }

    #[test]
    fn less_than_total_is_strict() {
        let below = |ilpa, total| Test::BelowTotal.holds(Cell::Number(ilpa), total);
        assert_eq!([below(2, 3), below(3, 3), below(0, 0)], [true, false, false]);
    }

    #[test]
    fn a_list_is_joined_with_or() {
        assert_eq!(
            [listed(&["1"]), listed(&["1", "2"]), listed(&["1", "2", "3"])],
            ["1", "1 or 2", "1, 2 or 3"]
        );
    }
}

-- Staff: one line is one person, school, Type and Alt Type in one year (kecs-lead, section 4).
COPY (
WITH years AS (
  SELECT DISTINCT schoolID, endYear, make_date(endYear - 1, 7, 1) AS first, make_date(endYear, 6, 30) AS last
  FROM calendar_left
), employed AS (
  SELECT e.personID, y.endYear,
         coalesce(arg_max(e.licenseNumber, (e.startDate, e.employmentID)) FILTER (WHERE e.endDate IS NULL), '') AS open,
         count(*) FILTER (WHERE e.endDate IS NULL) > 0 AS has_open,
         arg_max(coalesce(e.licenseNumber, ''), (e.startDate, e.employmentID))
           FILTER (WHERE e.startDate <= y.last AND coalesce(e.endDate, DATE '9999-12-31') >= y.first) AS within,
         bool_or(e.startDate <= y.last AND coalesce(e.endDate, DATE '9999-12-31') >= y.first) AS overlaps
  FROM Employment e CROSS JOIN (SELECT DISTINCT endYear, first, last FROM years) y
  GROUP BY ALL
)
SELECT '{stamp}' AS "Date Time Generated", y.endYear AS "EndYear", a.personID AS "PersonID",
  num3(d.number) AS "District Number", num3(s.number) AS "School Number",
  nullif(CASE WHEN m.has_open THEN m.open ELSE m.within END, '') AS "EPSB ID",
  i.firstName AS "First Name", i.lastName AS "Last Name", a.type AS "Type", a.altType AS "Alt Type",
  flag(bool_or(a.teacher)) AS "Teacher Role"
FROM EmploymentAssignment a
JOIN years y ON y.schoolID = a.schoolID AND a.startDate <= y.last
            AND coalesce(a.endDate, DATE '9999-12-31') >= y.first
JOIN employed m ON m.personID = a.personID AND m.endYear = y.endYear AND m.overlaps
JOIN School s ON s.schoolID = a.schoolID
JOIN identity i ON i.personID = a.personID
CROSS JOIN District d
GROUP BY ALL
ORDER BY 2, 3, 5, 9 NULLS FIRST, 10 NULLS FIRST
) TO '{out}/Staff.csv' (HEADER);

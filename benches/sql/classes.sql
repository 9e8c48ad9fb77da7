-- Classes: one line is one section (kecs-lead, section 7).
COPY (
WITH member AS (
  SELECT seat.sectionID, seat.personID, code(iep.code) AS disability, l.personID IS NOT NULL AS learner,
         g.personID IS NOT NULL AS gifted, a.personID IS NOT NULL AS ilpa, code(i.raceEthnicityFed) AS race,
         code(grade.grade) AS grade
  FROM seat
  JOIN identity i ON i.personID = seat.personID
  JOIN grade ON grade.enrollmentID = seat.enrollmentID
  LEFT JOIN iep ON iep.sectionID = seat.sectionID AND iep.personID = seat.personID
  LEFT JOIN learner l ON l.sectionID = seat.sectionID AND l.personID = seat.personID
  LEFT JOIN gift g ON g.sectionID = seat.sectionID AND g.personID = seat.personID
  LEFT JOIN ilpa a ON a.sectionID = seat.sectionID AND a.personID = seat.personID
), counted AS (
SELECT f.sectionID,
  count(m.personID) AS "Total",
  count(m.personID) FILTER (WHERE m.disability IS NULL) AS "General",
  count(*) FILTER (WHERE m.disability IN ('01', 'MMD')) AS "MMD",
  count(*) FILTER (WHERE m.disability IN ('02', 'FMD')) AS "FMD",
  count(*) FILTER (WHERE m.disability IN ('03', 'HI')) AS "HI",
  count(*) FILTER (WHERE m.disability IN ('04', 'SLI')) AS "SLI",
  count(*) FILTER (WHERE m.disability IN ('05', 'VI')) AS "VI",
  count(*) FILTER (WHERE m.disability IN ('06', 'EBD')) AS "EBD",
  count(*) FILTER (WHERE m.disability IN ('07', 'OI')) AS "OI",
  count(*) FILTER (WHERE m.disability IN ('08', 'OHI')) AS "OHI",
  count(*) FILTER (WHERE m.disability IN ('09', 'SLD')) AS "SLD",
  count(*) FILTER (WHERE m.disability IN ('10', 'DB')) AS "DB",
  count(*) FILTER (WHERE m.disability IN ('11', 'MD')) AS "MD",
  count(*) FILTER (WHERE m.disability IN ('12', 'AUT')) AS "AUT",
  count(*) FILTER (WHERE m.disability IN ('13', 'TBI')) AS "TBI",
  count(*) FILTER (WHERE m.disability IN ('14', 'DD')) AS "DD",
  count(*) FILTER (WHERE m.disability NOT IN ('01', 'MMD', '02', 'FMD', '03', 'HI', '04', 'SLI', '05', 'VI', '06', 'EBD', '07', 'OI', '08', 'OHI', '09', 'SLD', '10', 'DB', '11', 'MD', '12', 'AUT', '13', 'TBI', '14', 'DD')) AS "Disability Other",
  count(*) FILTER (WHERE m.learner) AS "English Learner Count",
  count(*) FILTER (WHERE m.gifted) AS "Gifted Count",
  count(*) FILTER (WHERE m.ilpa) AS "Alternative Education ILPA Count",
  count(*) FILTER (WHERE m.race = '1') AS "Hispanic/Latino",
  count(*) FILTER (WHERE m.race = '2') AS "American Indian or Alaska Native",
  count(*) FILTER (WHERE m.race = '3') AS "Asian",
  count(*) FILTER (WHERE m.race = '4') AS "Black or African American",
  count(*) FILTER (WHERE m.race = '5') AS "Native Hawaiian or Pacific Islander",
  count(*) FILTER (WHERE m.race = '6') AS "White",
  count(*) FILTER (WHERE m.race = '7') AS "Two or More Races",
  count(m.personID) FILTER (WHERE m.race IS NULL OR m.race NOT IN ('1', '2', '3', '4', '5', '6', '7')) AS "Race Other",
  count(*) FILTER (WHERE m.grade = '97') AS "Grade 97",
  count(*) FILTER (WHERE m.grade = '98') AS "Grade 98",
  count(*) FILTER (WHERE m.grade = '99') AS "Grade 99",
  count(*) FILTER (WHERE m.grade = '00') AS "Grade 00",
  count(*) FILTER (WHERE m.grade = '01') AS "Grade 01",
  count(*) FILTER (WHERE m.grade = '02') AS "Grade 02",
  count(*) FILTER (WHERE m.grade = '03') AS "Grade 03",
  count(*) FILTER (WHERE m.grade = '04') AS "Grade 04",
  count(*) FILTER (WHERE m.grade = '05') AS "Grade 05",
  count(*) FILTER (WHERE m.grade = '06') AS "Grade 06",
  count(*) FILTER (WHERE m.grade = '07') AS "Grade 07",
  count(*) FILTER (WHERE m.grade = '08') AS "Grade 08",
  count(*) FILTER (WHERE m.grade = '09') AS "Grade 09",
  count(*) FILTER (WHERE m.grade = '10') AS "Grade 10",
  count(*) FILTER (WHERE m.grade = '11') AS "Grade 11",
  count(*) FILTER (WHERE m.grade = '12') AS "Grade 12",
  count(*) FILTER (WHERE m.grade = '14') AS "Grade 14",
  count(m.personID) FILTER (WHERE m.grade NOT IN ('97', '98', '99', '00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '14')) AS "Grade Other"
FROM section f LEFT JOIN member m ON m.sectionID = f.sectionID
GROUP BY f.sectionID
)
SELECT '{stamp}' AS "Date Time Generated", f.endYear AS "EndYear", num3(f.district_number) AS "District Number",
  f.district_name AS "District Name", num3(f.school_number) AS "School Number", f.school_name AS "School Name",
  f.stateClassification AS "State Classification", f.calendar_name AS "Calendar Name",
  f.structure_name AS "Schedule Structure Name", f.course_number AS "Course Number", f.course_name AS "Course Name",
  f.section_number AS "Section Number", f.sectionID AS "Section ID", f.stateCode AS "Course Code",
  f.coreContent AS "Core Content", f.teachingMethod AS "Teaching Method",
  f.instructionalSetting AS "Instructional Setting", f.specialType AS "Section Special Type",
  flag(f.ktsExchange) AS "KTSExchange", flag(f.responsive) AS "Responsive", f.teacher AS "Person ID",
  day(f.first) AS "Section Start Date", day(f.last) AS "Section End Date", c.* EXCLUDE (sectionID)
FROM front f JOIN counted c USING (sectionID)
ORDER BY f.endYear, upper(f.school_name), upper(f.calendar_name), upper(f.structure_name), upper(f.course_number),
  f.section_number, f.sectionID
) TO '{out}/Classes.csv' (HEADER);

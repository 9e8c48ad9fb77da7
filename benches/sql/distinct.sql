-- Caseload and Schoolwide: distinct students by order Q (kecs-lead, sections 5, 6 and 8). Made from Detail.
CREATE TEMP TABLE line AS
SELECT d.*, row_number() OVER (ORDER BY CASE code(d.serviceType) WHEN 'P' THEN 3 WHEN 'S' THEN 2 WHEN 'N' THEN 1 ELSE 0 END DESC,
    coalesce(d.endDate >= closing.day, true) DESC, d.startDate DESC, d.enrollmentID DESC, d.last DESC, d.sectionID DESC) AS place
FROM detail d LEFT JOIN closing ON closing.structureID = d.own_structure
WHERE d.stateID IS NOT NULL;

CREATE TEMP TABLE of_school AS
SELECT l.endYear, l.schoolID, l.personID, code(l.on_enrollment) AS disability, l.learner, l.gifted, l.ilpa,
       code(l.raceEthnicityFed) AS race, code(l.grade) AS grade
FROM line l
WHERE l.place IN (SELECT min(place) FROM line GROUP BY endYear, schoolID, stateID);

COPY (
SELECT '{stamp}' AS "Date Time Generated", m.endYear AS "End Year", num3(d.number) AS "District Number",
  d.name AS "District Name", num3(s.number) AS "School Number", s.name AS "School Name",
  s.stateClassification AS "State Classification",
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
FROM of_school m JOIN School s USING (schoolID) CROSS JOIN District d
GROUP BY m.endYear, s.schoolID, s.number, s.name, s.stateClassification, d.number, d.name
ORDER BY m.endYear, upper(s.name), upper(num3(s.number)), s.schoolID
) TO '{out}/Schoolwide.csv' (HEADER);

COPY (
WITH managed AS (
  SELECT * FROM line WHERE on_enrollment IS NOT NULL
), by_school AS (
  SELECT * FROM managed
  WHERE place IN (SELECT min(place) FROM managed GROUP BY endYear, schoolID, stateID)
), by_manager AS (
  SELECT endYear, manager, personID, code(on_enrollment) AS disability, learner, gifted, ilpa,
         code(raceEthnicityFed) AS race, code(grade) AS grade
  FROM by_school
  WHERE place IN (SELECT min(place) FROM by_school GROUP BY endYear, manager, stateID)
)
SELECT '{stamp}' AS "Date Time Generated", m.endYear AS "EndYear", num3(d.number) AS "District Number",
  d.name AS "District Name", m.manager AS "Case Manager Person ID",
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
FROM by_manager m CROSS JOIN District d
GROUP BY m.endYear, m.manager, d.number, d.name
ORDER BY m.endYear, m.manager
) TO '{out}/Caseload.csv' (HEADER);

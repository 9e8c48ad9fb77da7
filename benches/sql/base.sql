-- What the LEAD reports are made from: the active year's calendars (kecs-lead, sections 2 and 3).
-- The driver makes a view over the Parquet file of each table, with the columns' own names.

CREATE TEMP TABLE today AS SELECT DATE '{today}' AS day;

CREATE TEMP TABLE calendar_left AS
SELECT c.*, s.number AS school_number, s.name AS school_name, s.stateClassification
FROM Calendar c
JOIN School s USING (schoolID)
WHERE c.endYear = (SELECT max(endYear) FROM SchoolYear WHERE active)
  AND NOT c.summerSchool AND NOT s.exclude
  AND upper(trim(s.stateClassification)) IN
    ('A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'B1', 'B2', 'C1', 'C2', 'D1');

CREATE TEMP TABLE closing AS
SELECT st.structureID,
       coalesce(max(d.date) FILTER (WHERE d.schoolDay AND d.instruction), any_value(c.endDate)) AS day
FROM ScheduleStructure st
JOIN Calendar c USING (calendarID)
LEFT JOIN (SELECT structureID, date, arg_min(schoolDay, dayID) AS schoolDay,
                  arg_min(instruction, dayID) AS instruction
           FROM Day GROUP BY structureID, date) d USING (structureID)
GROUP BY st.structureID;

CREATE TEMP TABLE section AS
WITH span AS (
  SELECT p.sectionID, p.trialID, min(t.startDate) AS first, max(t.endDate) AS last
  FROM SectionPlacement p JOIN Term t USING (termID)
  GROUP BY ALL HAVING NOT bool_or(t.startDate IS NULL OR t.endDate IS NULL)
), active AS (
  SELECT structureID, max(trialID) AS trialID FROM Trial WHERE active GROUP BY structureID
)
SELECT s.sectionID, s.trialID, s.number AS section_number, s.coreContent, s.specialType,
       s.instructionalSetting, c.number AS course_number, c.name AS course_name, c.stateCode,
       c.teachingMethod, c.ktsExchange, c.responsive, k.calendarID, k.name AS calendar_name, k.endYear,
       k.schoolID, k.school_number, k.school_name, k.stateClassification, st.name AS structure_name,
       p.first, p.last, least(p.last, cl.day) AS closes, c.homeroom OR s.homeroomSection AS homeroom,
       least(p.last, today.day) AS reference, greatest(least(p.last, today.day), p.first) AS teacher_day
FROM Section_ s
JOIN Course c USING (courseID)
JOIN calendar_left k USING (calendarID)
JOIN active a ON a.trialID = s.trialID
JOIN Trial t ON t.trialID = s.trialID AND t.calendarID = c.calendarID
JOIN ScheduleStructure st ON st.structureID = t.structureID
JOIN closing cl ON cl.structureID = t.structureID
JOIN span p ON p.sectionID = s.sectionID AND p.trialID = s.trialID
CROSS JOIN today
WHERE c.active;

-- P12 and P13: the order of enrollments is the same in every section, so it is found once.
CREATE TEMP TABLE enrollment AS
SELECT *, row_number() OVER (ORDER BY startDate, coalesce(endDate, DATE '9999-12-31'),
                                      upper(trim(serviceType)) IS NOT DISTINCT FROM 'P', enrollmentID) AS place
FROM Enrollment_ WHERE NOT noShow;

CREATE TEMP TABLE seat AS
WITH chosen AS (
  SELECT r.sectionID, r.personID, max(e.place) AS place
  FROM Roster r
  JOIN section s ON s.sectionID = r.sectionID AND s.trialID = r.trialID
  JOIN enrollment e ON e.personID = r.personID AND e.calendarID = s.calendarID
  WHERE coalesce(r.startDate, s.first) <= s.last AND coalesce(r.endDate, s.last) >= s.closes
    AND e.startDate <= s.last AND coalesce(e.endDate, DATE '9999-12-31') >= s.closes
  GROUP BY r.sectionID, r.personID
)
SELECT h.sectionID, h.personID, e.enrollmentID, s.reference,
       s.homeroom AND e.crossSiteEnrollment AND (SELECT crossSite FROM District) AS elsewhere
FROM chosen h JOIN enrollment e USING (place) JOIN section s ON s.sectionID = h.sectionID;

-- P14 and P15
DELETE FROM section WHERE sectionID IN
  (SELECT sectionID FROM seat GROUP BY sectionID HAVING bool_and(elsewhere));
DELETE FROM seat WHERE elsewhere;

CREATE TEMP TABLE identity AS
SELECT p.personID, i.lastName, i.firstName, i.raceEthnicityFed
FROM Person p
LEFT JOIN (SELECT personID, max(identityID) AS identityID FROM Identity_ GROUP BY personID) h USING (personID)
LEFT JOIN Identity_ i ON i.identityID = coalesce(p.currentIdentityID, h.identityID);

CREATE TEMP TABLE grade AS
SELECT e.enrollmentID, CASE WHEN g.name IS NULL THEN e.grade ELSE coalesce(g.stateGrade, '') END AS grade
FROM enrollment e
LEFT JOIN GradeLevel g ON g.calendarID = e.calendarID AND g.structureID = e.structureID
                      AND trim(g.name) = trim(e.grade);

CREATE TEMP TABLE plan AS
SELECT p.*, upper(trim(t.module)) AS module FROM Plan_ p JOIN PlanType t USING (typeID);

CREATE TEMP TABLE iep AS
SELECT seat.sectionID, seat.personID, arg_max(p.disability1, (p.startDate, p.planID)) AS code
FROM seat
JOIN plan p ON p.personID = seat.personID AND p.startDate <= seat.reference
           AND coalesce(p.endDate, DATE '9999-12-31') >= seat.reference
JOIN PlanState st ON st.planID = p.planID
WHERE p.module = 'SPECIALED' AND p.locked AND p.disability1 IS NOT NULL
  AND st.specialEdStatus IS NOT NULL AND st.specialEdSetting IS NOT NULL
GROUP BY ALL;

CREATE TEMP TABLE ilpa AS
SELECT DISTINCT seat.sectionID, seat.personID FROM seat
JOIN plan p ON p.personID = seat.personID AND p.startDate <= seat.reference
           AND coalesce(p.endDate, DATE '9999-12-31') >= seat.reference
WHERE p.module = 'ILPA';

CREATE TEMP TABLE learner AS
SELECT DISTINCT seat.sectionID, seat.personID FROM seat
JOIN Lep l ON l.personID = seat.personID AND coalesce(l.identifiedDate, DATE '0001-01-01') <= seat.reference
          AND coalesce(l.exitDate, DATE '9999-12-31') >= seat.reference
WHERE upper(trim(l.programStatus)) IN ('EL', 'LEP');

CREATE TEMP TABLE gift AS
SELECT DISTINCT seat.sectionID, seat.personID FROM seat
JOIN Gifted g ON g.personID = seat.personID AND coalesce(g.startDate, DATE '0001-01-01') <= seat.reference
             AND coalesce(g.endDate, DATE '9999-12-31') >= seat.reference
WHERE upper(trim(g.category)) IS DISTINCT FROM '12';

CREATE TEMP TABLE teacher AS
SELECT s.sectionID,
       arg_max(h.personID, (coalesce(h.startDate, s.first) <= s.teacher_day
                            AND coalesce(h.endDate, s.last) >= s.teacher_day,
                            coalesce(h.startDate, s.first), h.historyID)) AS personID
FROM section s
JOIN SectionStaffHistory h ON h.sectionID = s.sectionID AND h.trialID = s.trialID
WHERE upper(trim(h.staffType)) = 'P'
GROUP BY s.sectionID;

CREATE TEMP TABLE front AS
SELECT s.*, t.personID AS teacher, d.number AS district_number, d.name AS district_name
FROM section s LEFT JOIN teacher t USING (sectionID) CROSS JOIN District d;

CREATE TEMP MACRO num3(n) AS CASE WHEN regexp_full_match(n, '[0-9]{1,2}') THEN lpad(n, 3, '0') ELSE n END;
CREATE TEMP MACRO day(d) AS strftime(d, '%m/%d/%Y');
CREATE TEMP MACRO flag(f) AS CASE WHEN f THEN 'True' ELSE 'False' END;
CREATE TEMP MACRO code(c) AS upper(trim(c));

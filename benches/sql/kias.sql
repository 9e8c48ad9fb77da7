-- KIAS: who is reported and one line a group of resolutions (ks-kias, sections 3, 4 and 9), with the columns that need
-- no more than that. Days (section 7), disability, foster care, weapons and referrals are left out.
CREATE TEMP MACRO filled(c, width) AS CASE WHEN length(trim(c)) < width THEN lpad(trim(c), width, '0') ELSE trim(c) END;

COPY (
WITH selected AS (
  SELECT c.calendarID, c.schoolID, s.number, c.exclude OR s.exclude AS excluded
  FROM Calendar c JOIN School s USING (schoolID)
  WHERE c.endYear = (SELECT max(endYear) FROM SchoolYear WHERE active)
), student_event AS (
  SELECT DISTINCT r.personID, v.eventID, filled(v.incidentType, 4) AS kind, i.calendarID, c.schoolID,
         CAST(make_timestamp(i.timestamp * 1000000) AS DATE) AS day
  FROM BehaviorIncident i
  JOIN selected c USING (calendarID)
  JOIN BehaviorEvent v USING (incidentID)
  JOIN BehaviorRole r USING (eventID)
  WHERE trim(i.status) = 'CM' AND CAST(make_timestamp(i.timestamp * 1000000) AS DATE) BETWEEN DATE '2025-07-01' AND DATE '2026-06-30'
), removal AS (
  SELECT DISTINCT r.personID, r.eventID,
         CASE filled(n.stateResCode, 3) WHEN '450' THEN 1 WHEN '510' THEN 2 WHEN '520' THEN 2 WHEN '550' THEN 3
           WHEN '555' THEN 4 WHEN '560' THEN 5 WHEN '565' THEN 6 WHEN '001' THEN 7 WHEN '002' THEN 7
           WHEN '730' THEN 8 WHEN '750' THEN 9 END AS place
  FROM BehaviorResolution n JOIN BehaviorRole r USING (roleID)
  WHERE filled(n.stateResCode, 3) IN ('450', '510', '520', '550', '555', '560', '565', '001', '002', '730', '750')
), chosen AS (
  SELECT s.personID, s.eventID,
         arg_min(own.number, (e.calendarID <> s.calendarID, own.schoolID <> s.schoolID,
                              trim(e.serviceType) IS DISTINCT FROM 'P', -epoch(e.startDate), e.enrollmentID)) AS number
  FROM student_event s
  JOIN Enrollment_ e ON e.personID = s.personID AND e.startDate <= s.day
                    AND coalesce(e.endDate, DATE '9999-12-31') >= s.day
  JOIN selected own ON own.calendarID = e.calendarID
  LEFT JOIN GradeLevel g ON g.calendarID = e.calendarID AND g.structureID = e.structureID
                        AND trim(g.name) = trim(e.grade)
  WHERE NOT e.stateExclude AND NOT e.noShow AND NOT coalesce(g.stateExclude, false) AND NOT own.excluded
  GROUP BY s.personID, s.eventID
), line AS (
  SELECT CASE WHEN regexp_full_match(trim(c.number), '[0-9]{1,3}') THEN lpad(trim(c.number), 4, '0')
              ELSE trim(c.number) END AS building,
         trim(p.stateID) AS student, s.day, s.kind, m.place, s.personID, s.eventID
  FROM student_event s
  JOIN removal m USING (personID, eventID)
  JOIN chosen c USING (personID, eventID)
  JOIN Person p USING (personID)
)
SELECT building AS "Building ID", student AS "KIDS ID", strftime(day, '%m/%d/%Y') AS "Incident Date",
  CASE WHEN kind IN ('2310', '2320', '2330', '2340', '2350', '2360', '2380', '2399') THEN 'Y' ELSE 'N' END
    AS "Reason for Removal (RFR) Drugs",
  CASE WHEN kind IN ('1210', '1230', '1250', '1299') THEN 'Y' ELSE 'N' END AS "Reason for Removal (RFR) Weapons",
  CASE WHEN kind IN ('2015', '2016', '2017', '2018') THEN 'Y' ELSE 'N' END AS "Reason for Removal (RFR) Bullying",
  CASE kind WHEN '2015' THEN '1' WHEN '2016' THEN '2' WHEN '2017' THEN '3' WHEN '2018' THEN '4' END
    AS "Bullying Type",
  CASE WHEN place IN (3, 4) THEN 'Y' WHEN place IN (5, 6) THEN 'N' END AS "Services During Expulsion"
FROM line
ORDER BY upper(building) NULLS FIRST, upper(student) NULLS FIRST, personID, day, eventID, place
) TO '{out}/KIAS.csv' (HEADER);

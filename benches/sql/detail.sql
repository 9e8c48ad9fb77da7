-- Detail: one line is one student in one section (kecs-lead, section 3).
CREATE TEMP TABLE detail AS
SELECT f.endYear, f.sectionID, f.schoolID, f.reference, f.last, seat.personID, p.stateID, seat.enrollmentID,
       e.serviceType, e.startDate, e.endDate, e.structureID AS own_structure, grade.grade, i.raceEthnicityFed,
       i.lastName, i.firstName, iep.code AS in_section, e.disability1 AS on_enrollment,
       coalesce(m.staff, CASE WHEN iep.code IS NOT NULL OR e.disability1 IS NOT NULL THEN 0 END) AS manager,
       l.personID IS NOT NULL AS learner, g.personID IS NOT NULL AS gifted, a.personID IS NOT NULL AS ilpa
FROM section f
LEFT JOIN seat ON seat.sectionID = f.sectionID
LEFT JOIN Person p ON p.personID = seat.personID
LEFT JOIN identity i ON i.personID = seat.personID
LEFT JOIN enrollment e ON e.enrollmentID = seat.enrollmentID
LEFT JOIN grade ON grade.enrollmentID = seat.enrollmentID
LEFT JOIN iep ON iep.sectionID = seat.sectionID AND iep.personID = seat.personID
LEFT JOIN (
  SELECT seat.sectionID, seat.personID,
         arg_max(t.staffPersonID, (coalesce(t.startDate, DATE '0001-01-01'), t.teamMemberID)) AS staff
  FROM seat
  JOIN TeamMember t ON t.personID = seat.personID
   AND coalesce(t.startDate, DATE '0001-01-01') <= seat.reference
   AND coalesce(t.endDate, DATE '9999-12-31') >= seat.reference
  WHERE upper(trim(t.module)) = 'SPECIALED' AND upper(trim(t.role)) = 'CASE MANAGER'
  GROUP BY ALL) m ON m.sectionID = seat.sectionID AND m.personID = seat.personID
LEFT JOIN learner l ON l.sectionID = seat.sectionID AND l.personID = seat.personID
LEFT JOIN gift g ON g.sectionID = seat.sectionID AND g.personID = seat.personID
LEFT JOIN ilpa a ON a.sectionID = seat.sectionID AND a.personID = seat.personID;

COPY (
SELECT '{stamp}' AS "Date Time Generated", f.endYear AS "End Year", f.sectionID AS "Section ID",
  num3(f.district_number) AS "District Number", f.district_name AS "District Name",
  num3(f.school_number) AS "School Number", f.school_name AS "School Name",
  f.stateClassification AS "State Classification", f.calendar_name AS "Calendar Name",
  f.structure_name AS "Schedule Structure Name", f.course_number AS "Course Number",
  f.course_name AS "Course Name", f.section_number AS "Section Number", f.stateCode AS "Course Code",
  f.coreContent AS "Core Content", f.teachingMethod AS "Teaching Method",
  f.instructionalSetting AS "Instructional Setting", f.specialType AS "Section Special Type",
  flag(f.ktsExchange) AS "KTSExchange", flag(f.responsive) AS "Responsive", f.teacher AS "Person ID",
  day(f.first) AS "Section Start Date", day(f.last) AS "Section End Date",
  d.personID AS "Student Person ID", d.stateID AS "State ID", d.lastName AS "Student Last Name",
  d.firstName AS "Student First Name", d.enrollmentID AS "Enrollment ID", d.serviceType AS "Service Type",
  day(d.startDate) AS "Enrollment Start Date", day(d.endDate) AS "Enrollment End Date", d.grade AS "Grade",
  d.raceEthnicityFed AS "Race/Ethnicity", d.in_section AS "Primary Disability Section",
  d.on_enrollment AS "Primary Disability Enrollment", d.manager AS "Case Manager PersonID",
  CASE WHEN d.personID IS NOT NULL THEN flag(d.learner) END AS "English Learner",
  CASE WHEN d.personID IS NOT NULL THEN flag(d.gifted) END AS "Gifted",
  CASE WHEN d.personID IS NOT NULL THEN flag(d.ilpa) END AS "Alternative Education ILPA"
FROM front f JOIN detail d USING (sectionID)
ORDER BY f.endYear, upper(f.school_name), upper(f.calendar_name), upper(f.structure_name), upper(f.course_number),
  f.section_number, f.sectionID, upper(d.lastName) NULLS FIRST, upper(d.firstName) NULLS FIRST,
  upper(d.stateID) NULLS FIRST, d.personID
) TO '{out}/Detail.csv' (HEADER);

"""The peer: Polars, lazily. Classes of the active year, as `sql/classes.sql`. `polars_classes.py <snapshot> <out>`."""

import datetime
import json
import os
import sys

import polars as pl
from polars import col

FIRST, LAST = datetime.date(1, 1, 1), datetime.date(9999, 12, 31)
REPORTED = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2", "C1", "C2", "D1"]
DISABILITIES = "MMD FMD HI SLI VI EBD OI OHI SLD DB MD AUT TBI DD".split()
RACES = ["Hispanic/Latino", "American Indian or Alaska Native", "Asian", "Black or African American",
         "Native Hawaiian or Pacific Islander", "White", "Two or More Races"]
GRADES = "97 98 99 00 01 02 03 04 05 06 07 08 09 10 11 12 14".split()


def code(name):
    return col(name).str.strip_chars().str.to_uppercase()


def num3(name):
    return pl.when(col(name).str.contains("^[0-9]{1,2}$")).then(col(name).str.zfill(3)).otherwise(col(name))


def flag(name):
    return pl.when(col(name)).then(pl.lit("True")).otherwise(pl.lit("False"))


def last_of(frame, keys, order, value):
    """Of the rows with one key the value of the last in an order."""
    return frame.sort(order).group_by(keys, maintain_order=False).agg(col(value).last())


def main():
    snapshot, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(snapshot, "manifest.json")) as file:
        today = datetime.date.fromisoformat(json.load(file)["as_of"][:10])

    def scan(name, *columns):
        return pl.scan_parquet(os.path.join(snapshot, name + ".parquet")).select(columns)

    district = scan("District", "number", "name", "crossSite").collect()
    year = scan("SchoolYear", "endYear", "active").filter("active").select(col("endYear").max()).collect().item()
    schools = scan("School", "schoolID", "number", "name", "stateClassification", "exclude").filter(
        ~col("exclude"), code("stateClassification").is_in(REPORTED)
    ).rename({"number": "school_number", "name": "school_name"})
    calendars = scan("Calendar", "calendarID", "schoolID", "endYear", "name", "endDate", "summerSchool").filter(
        col("endYear") == year, ~col("summerSchool")
    ).rename({"name": "calendar_name"}).join(schools, on="schoolID")
    day = scan("Day", "dayID", "structureID", "date", "schoolDay", "instruction")
    taught = day.sort("dayID").group_by("structureID", "date").agg(
        (col("schoolDay") & col("instruction")).first().alias("taught")
    ).filter("taught").group_by("structureID").agg(col("date").max().alias("day"))
    structures = scan("ScheduleStructure", "structureID", "calendarID", "name").rename({"name": "structure_name"}).join(
        calendars.select("calendarID", "endDate"), on="calendarID"
    ).join(taught, on="structureID", how="left").select(
        "structureID", "structure_name", pl.coalesce("day", "endDate").alias("closing"))
    trials = scan("Trial", "trialID", "structureID", "calendarID", "active").filter("active").sort("trialID").group_by(
        "structureID").agg(col("trialID").last(), col("calendarID").last())
    spans = scan("SectionPlacement", "sectionID", "trialID", "termID").join(
        scan("Term", "termID", "startDate", "endDate"), on="termID"
    ).group_by("sectionID", "trialID").agg(
        col("startDate").min().alias("first"), col("endDate").max().alias("last"),
        (col("startDate").is_null() | col("endDate").is_null()).any().alias("undated"),
    ).filter(~col("undated"))
    courses = scan("Course", "courseID", "calendarID", "number", "name", "stateCode", "active", "homeroom",
                   "teachingMethod", "responsive", "ktsExchange").filter("active").rename(
        {"number": "course_number", "name": "course_name"})
    sections = scan("Section", "sectionID", "courseID", "trialID", "number", "homeroomSection", "specialType",
                    "coreContent", "instructionalSetting").join(courses, on="courseID").join(
        calendars.drop("endDate"), on="calendarID").join(trials, on=["trialID", "calendarID"]).join(
        structures, on="structureID").join(spans, on=["sectionID", "trialID"]).with_columns(
        pl.min_horizontal("last", "closing").alias("closes"),
        (col("homeroom") | col("homeroomSection")).alias("is_homeroom"),
        pl.min_horizontal("last", pl.lit(today)).alias("reference"),
    ).with_columns(pl.max_horizontal("reference", "first").alias("teacher_day")).collect().lazy()

    enrollments = scan("Enrollment", "enrollmentID", "personID", "calendarID", "structureID", "grade", "serviceType",
                       "startDate", "endDate", "noShow", "crossSiteEnrollment").filter(~col("noShow")).with_columns(
        col("endDate").fill_null(LAST), (code("serviceType") == "P").fill_null(False).alias("primary"),
    ).sort("startDate", "endDate", "primary", "enrollmentID").with_row_index("place")
    levels = scan("GradeLevel", "calendarID", "structureID", "name", "stateGrade").select(
        "calendarID", "structureID", col("name").str.strip_chars().alias("local"), "stateGrade",
        pl.lit(True).alias("known"))
    enrollments = enrollments.with_columns(col("grade").str.strip_chars().alias("local")).join(
        levels, on=["calendarID", "structureID", "local"], how="left").with_columns(
        pl.when(col("known")).then(col("stateGrade").fill_null("")).otherwise(col("grade")).alias("grade")
    ).collect().lazy()
    of_section = sections.select("sectionID", "trialID", "calendarID", "first", "last", "closes", "is_homeroom",
                                 "reference")
    chosen = scan("Roster", "sectionID", "trialID", "personID", "startDate", "endDate").join(
        of_section, on=["sectionID", "trialID"]
    ).filter(
        col("startDate").fill_null(col("first")) <= col("last"), col("endDate").fill_null(col("last")) >= col("closes")
    ).select("sectionID", "personID", "calendarID", "last", "closes", "is_homeroom", "reference").join(
        enrollments.select("personID", "calendarID", "place", col("startDate").alias("begins"),
                           col("endDate").alias("ends")), on=["personID", "calendarID"]
    ).filter(col("begins") <= col("last"), col("ends") >= col("closes")).group_by("sectionID", "personID").agg(
        col("place").max(), col("is_homeroom").first(), col("reference").first())
    cross_site = district["crossSite"].item()
    seats = chosen.join(enrollments.select("place", "grade", "crossSiteEnrollment"), on="place").with_columns(
        (col("is_homeroom") & col("crossSiteEnrollment") & cross_site).alias("elsewhere")).collect().lazy()
    emptied = seats.group_by("sectionID").agg(col("elsewhere").all()).filter("elsewhere").select("sectionID")
    sections = sections.join(emptied, on="sectionID", how="anti")
    seats = seats.filter(~col("elsewhere"))

    identities = scan("Identity", "identityID", "personID", "raceEthnicityFed")
    highest = identities.group_by("personID").agg(col("identityID").max().alias("highest"))
    people = scan("Person", "personID", "currentIdentityID").join(highest, on="personID", how="left").with_columns(
        pl.coalesce("currentIdentityID", "highest").alias("identityID")).join(
        identities.drop("personID"), on="identityID", how="left").select(
        "personID", code("raceEthnicityFed").alias("race"))

    dated = seats.select("sectionID", "personID", "reference")

    def on_day(frame, start, end):
        return dated.join(frame, on="personID").filter(
            col(start).fill_null(FIRST) <= col("reference"), col(end).fill_null(LAST) >= col("reference"))

    plans = scan("Plan", "planID", "personID", "typeID", "startDate", "endDate", "locked", "disability1").join(
        scan("PlanType", "typeID", "module").with_columns(code("module")), on="typeID")
    states = scan("PlanState", "planID", "specialEdStatus", "specialEdSetting").filter(
        col("specialEdStatus").is_not_null(), col("specialEdSetting").is_not_null()).select("planID")
    iep = plans.filter(col("module") == "SPECIALED", col("locked"), col("disability1").is_not_null()).join(
        states, on="planID")
    keys = ["sectionID", "personID"]
    iep = last_of(on_day(iep, "startDate", "endDate"), keys, ["startDate", "planID"], "disability1").with_columns(
        code("disability1").alias("disability")).drop("disability1")

    def has(frame, start, end, name):
        return on_day(frame, start, end).select(keys).unique().with_columns(pl.lit(True).alias(name))

    ilpa = has(plans.filter(col("module") == "ILPA"), "startDate", "endDate", "ilpa")
    learner = has(scan("Lep", "personID", "programStatus", "identifiedDate", "exitDate").filter(
        code("programStatus").is_in(["EL", "LEP"])), "identifiedDate", "exitDate", "learner")
    gifted = has(scan("Gifted", "personID", "category", "startDate", "endDate").filter(
        code("category").ne_missing("12")), "startDate", "endDate", "gifted")

    members = seats.select("sectionID", "personID", code("grade").alias("grade")).join(people, on="personID")
    for status in (iep, learner, gifted, ilpa):
        members = members.join(status, on=keys, how="left")
    known = [name for n, d in enumerate(DISABILITIES, 1) for name in (f"{n:02}", d)]
    counts = [pl.len().alias("Total"), col("disability").is_null().sum().alias("General")]
    counts += [col("disability").is_in([f"{n:02}", d]).sum().alias(d) for n, d in enumerate(DISABILITIES, 1)]
    counts += [(col("disability").is_not_null() & ~col("disability").is_in(known)).sum().alias("Disability Other"),
               col("learner").sum().alias("English Learner Count"), col("gifted").sum().alias("Gifted Count"),
               col("ilpa").sum().alias("Alternative Education ILPA Count")]
    counts += [(col("race") == str(n)).sum().alias(name) for n, name in enumerate(RACES, 1)]
    counts += [(~col("race").is_in([str(n) for n in range(1, 8)]).fill_null(False)).sum().alias("Race Other")]
    counts += [(col("grade") == g).sum().alias(f"Grade {g}") for g in GRADES]
    counts += [(~col("grade").is_in(GRADES)).sum().alias("Grade Other")]
    counted = members.group_by("sectionID").agg(counts)

    history = scan("SectionStaffHistory", "historyID", "sectionID", "trialID", "personID", "staffType", "startDate",
                   "endDate").filter(code("staffType") == "P").join(
        sections.select("sectionID", "trialID", "first", "last", "teacher_day"), on=["sectionID", "trialID"]
    ).with_columns(col("startDate").fill_null(col("first")), col("endDate").fill_null(col("last"))).with_columns(
        ((col("startDate") <= col("teacher_day")) & (col("endDate") >= col("teacher_day"))).alias("covers"))
    teacher = last_of(history, ["sectionID"], ["covers", "startDate", "historyID"], "personID").rename(
        {"personID": "teacher"})
    order = ["endYear", code("school_name"), code("calendar_name"), code("structure_name"), code("course_number"),
             "number", "sectionID"]
    totals = [c.meta.output_name() for c in counts]
    lines = sections.join(teacher, on="sectionID", how="left").join(counted, on="sectionID", how="left").sort(
        order).select(
        pl.lit("02/01/2026 08:00").alias("Date Time Generated"), col("endYear").alias("EndYear"),
        pl.lit(district["number"].item()).alias("District Number"),
        pl.lit(district["name"].item()).alias("District Name"), num3("school_number").alias("School Number"),
        col("school_name").alias("School Name"), col("stateClassification").alias("State Classification"),
        col("calendar_name").alias("Calendar Name"), col("structure_name").alias("Schedule Structure Name"),
        col("course_number").alias("Course Number"), col("course_name").alias("Course Name"),
        col("number").alias("Section Number"), col("sectionID").alias("Section ID"),
        col("stateCode").alias("Course Code"), col("coreContent").alias("Core Content"),
        col("teachingMethod").alias("Teaching Method"), col("instructionalSetting").alias("Instructional Setting"),
        col("specialType").alias("Section Special Type"), flag("ktsExchange").alias("KTSExchange"),
        flag("responsive").alias("Responsive"), col("teacher").alias("Person ID"),
        col("first").dt.strftime("%m/%d/%Y").alias("Section Start Date"),
        col("last").dt.strftime("%m/%d/%Y").alias("Section End Date"), *[col(t).fill_null(0) for t in totals])
    lines.collect().write_csv(os.path.join(out, "Classes.csv"))


main()

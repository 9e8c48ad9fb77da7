(function () {
  "use strict";
  var SLICE = 40;
  var counts = document.getElementById("page.counts");
  if (counts) { counts.parentNode.insertBefore(counts, counts.parentNode.firstChild); }
  document.querySelectorAll("input[data-table]").forEach(function (box) {
    var id = box.getAttribute("data-table");
    var table = document.getElementById(id);
    var shown = document.getElementById(id + ".shown");
    var groups = Array.prototype.map.call(table.tBodies, function (body) {
      return { body: body, rows: null, texts: null, hidden: null, hits: null, count: 0 };
    });
    var total = 0, timer = 0, next = groups.length;
    groups.forEach(function (group) { total += group.body.childElementCount; });
    function say(n) {
      var all = total === 0 ? "No rows." : total.toLocaleString("en-US") + (total === 1 ? " row" : " rows");
      shown.textContent = n === total ? all : n.toLocaleString("en-US") + " of " + all;
    }
    // The text of each row, read once. Only a row whose text has the words is looked at cell by cell: words that
    // stand in two cells are no hit.
    function read(group) {
      if (group.rows) { return; }
      group.rows = Array.prototype.slice.call(group.body.children);
      group.texts = group.rows.map(function (row) { return row.textContent.toLowerCase(); });
      group.hidden = new Uint8Array(group.rows.length);
    }
    function inCell(row, wanted) {
      for (var cell = row.firstElementChild; cell; cell = cell.nextElementSibling) {
        if (cell.textContent.toLowerCase().indexOf(wanted) >= 0) { return true; }
      }
      return false;
    }
    function match(group, wanted) {
      read(group);
      group.count = 0;
      group.hits = group.texts.map(function (text, r) {
        var hit = wanted === "" || (text.indexOf(wanted) >= 0 && inCell(group.rows[r], wanted));
        if (hit) { group.count += 1; }
        return hit;
      });
    }
    // A group without any hit is hidden as a whole, and its rows are left as they are.
    function show(group) {
      group.body.hidden = group.count === 0;
      if (group.count === 0) { return; }
      group.hits.forEach(function (hit, r) {
        var hide = hit ? 0 : 1;
        if (group.hidden[r] !== hide) {
          group.hidden[r] = hide;
          group.rows[r].hidden = !hit;
        }
      });
    }
    // The first groups are shown at once; the rest follows in slices, so that the page keeps answering.
    function go(all) {
      var until = Date.now() + SLICE;
      while (next < groups.length && (all || Date.now() < until)) {
        show(groups[next]);
        next += 1;
      }
      if (next < groups.length) { timer = setTimeout(go, 0, false); }
    }
    function filter() {
      var wanted = box.value.trim().toLowerCase(), n = 0;
      groups.forEach(function (group) {
        match(group, wanted);
        n += group.count;
      });
      say(n);
      next = 0;
      go(false);
    }
    function ahead(at) {
      if (at >= groups.length) { return; }
      read(groups[at]);
      setTimeout(ahead, 20, at + 1);
    }
    box.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(filter, 150);
    });
    window.addEventListener("beforeprint", function () { go(true); });
    say(total);
    if (box.value) { filter(); } else { setTimeout(ahead, 500, 0); }
  });
}());

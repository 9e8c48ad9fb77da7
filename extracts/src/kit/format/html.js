(function () {
  "use strict";
  var counts = document.getElementById("page.counts");
  if (counts) { counts.parentNode.insertBefore(counts, counts.parentNode.firstChild); }
  document.querySelectorAll("input[data-table]").forEach(function (box) {
    var id = box.getAttribute("data-table");
    var table = document.getElementById(id);
    var shown = document.getElementById(id + ".shown");
    var total = table.rows.length - 1;
    var texts = null, timer = 0;
    function say(n) {
      var all = total === 0 ? "No rows." : total.toLocaleString("en-US") + (total === 1 ? " row" : " rows");
      shown.textContent = n === total ? all : n.toLocaleString("en-US") + " of " + all;
    }
    function read() {
      texts = Array.prototype.map.call(table.tBodies, function (body) {
        return Array.prototype.map.call(body.rows, function (row) {
          return Array.prototype.map.call(row.cells, function (cell) {
            return cell.textContent.trim();
          }).join("\n").toLowerCase();
        });
      });
    }
    function filter() {
      var wanted = box.value.trim().toLowerCase(), n = 0;
      if (!texts) { read(); }
      Array.prototype.forEach.call(table.tBodies, function (body, b) {
        var here = 0;
        Array.prototype.forEach.call(body.rows, function (row, r) {
          var hit = texts[b][r].indexOf(wanted) >= 0;
          if (row.hidden === hit) { row.hidden = !hit; }
          if (hit) { here += 1; }
        });
        body.hidden = here === 0;
        n += here;
      });
      say(n);
    }
    box.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(filter, 150); });
    say(total);
    if (box.value) { filter(); }
  });
}());

// The filter of a page: a row is shown if it has all typed words and all chosen tokens.
(function () {
  var bar = document.getElementById('filter');
  if (!bar) { return; }
  bar.hidden = false;
  var rows = Array.prototype.slice.call(document.querySelectorAll('[data-row]'));
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var tokens = rows.map(function (row) { return ' ' + row.getAttribute('data-row') + ' '; });
  function apply() {
    var words = bar.querySelector('input').value.toLowerCase().split(/\s+/);
    var chosen = Array.prototype.map.call(bar.querySelectorAll('select'), function (s) { return s.value; });
    var shown = 0;
    rows.forEach(function (row, i) {
      var show = words.every(function (w) { return texts[i].indexOf(w) >= 0; }) &&
        chosen.every(function (c) { return c === '' || tokens[i].indexOf(' ' + c + ' ') >= 0; });
      row.hidden = !show;
      if (show) { shown++; }
    });
    bar.querySelector('output').textContent = shown + ' of ' + rows.length;
  }
  bar.addEventListener('input', apply);
  apply();
})();

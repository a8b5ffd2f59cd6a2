// The page is whole without this script, which searches, filters and copies. It never
// makes elements from text of the target.
(function () {
  'use strict';
  var bar = document.getElementById('filter');
  var search = bar.querySelector('input');
  var choices = Array.from(bar.querySelectorAll('select'));
  var found = document.getElementById('found');
  var items = Array.from(document.querySelectorAll('.item'));
  var texts = new Map();

  function text(item) {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  }

  function matches(element, choice) {
    var values = element.getAttribute('data-' + choice.name);
    return !choice.value || values === null || values.split(' ').indexOf(choice.value) >= 0;
  }

  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    items.forEach(function (item) {
      item.hidden = !choices.every(function (c) { return matches(item, c); }) ||
        !words.every(function (w) { return text(item).indexOf(w) >= 0; });
      if (!item.hidden) shown++;
      item.querySelectorAll('.spec').forEach(function (spec) {
        spec.hidden = !choices.every(function (c) { return matches(spec, c); });
      });
    });
    document.querySelectorAll('[data-filtered]').forEach(function (part) {
      var all = part.querySelectorAll('.item'), visible = part.querySelectorAll('.item:not([hidden])');
      part.hidden = all.length > 0 && visible.length === 0;
      var number = part.querySelector('h2 .number');
      if (number) number.textContent = visible.length < all.length ? visible.length + ' of ' + all.length : String(all.length);
    });
    var active = words.length > 0 || choices.some(function (c) { return c.value; });
    bar.querySelector('button').hidden = !active;
    found.textContent = !active ? '' : shown === 0 ? 'Nothing matches.' : shown + ' of ' + items.length + ' shown';
  }

  function reset() {
    search.value = '';
    choices.forEach(function (c) { c.value = ''; });
    apply();
  }

  // An anchor may lead into something that is closed or filtered out.
  function reveal() {
    var target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch (e) { return; }
    if (!target) return;
    if (target.closest('[hidden]')) reset();
    for (var e = target; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
    target.scrollIntoView();
  }

  function copy(button, pre) {
    function done(word) {
      button.textContent = word;
      setTimeout(function () { button.textContent = 'Copy'; }, 2000);
    }
    // Without the permission, the text is at least selected.
    function select() {
      getSelection().selectAllChildren(pre);
      done('Selected');
    }
    if (!navigator.clipboard) return select();
    navigator.clipboard.writeText(pre.textContent).then(function () { done('Copied'); }, select);
  }

  document.querySelectorAll('.copyable').forEach(function (box) {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', function () { copy(button, box.querySelector('pre')); });
    box.prepend(button);
  });
  search.addEventListener('input', apply);
  choices.forEach(function (c) { c.addEventListener('change', apply); });
  bar.querySelector('button').addEventListener('click', function () { reset(); search.focus(); });
  addEventListener('hashchange', reveal);
  bar.hidden = items.length === 0;
  apply(); // a browser may have kept the values of an earlier visit
  reveal();
})();

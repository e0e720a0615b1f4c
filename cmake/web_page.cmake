# Makes one page of HTML, style, script and Chart.js, and C of the page.
# cmake -D FOLDER=cli/web -D CHART=chart.min.js -D OUT=web_page_bytes.c -P web_page.cmake
cmake_minimum_required(VERSION 3.25)
file(READ ${FOLDER}/page.html page)
foreach(part STYLE:${FOLDER}/page.css CHART:${CHART} SCRIPT:${FOLDER}/page.js)
  string(REGEX MATCH "^([A-Z]+):(.*)$" ignored ${part})
  set(mark "@${CMAKE_MATCH_1}@")
  file(READ ${CMAKE_MATCH_2} text)
  string(REPLACE "${mark}" "${text}" page "${page}")
endforeach()
file(WRITE ${OUT}.html "${page}")
file(READ ${OUT}.html bytes HEX)
string(REGEX REPLACE "(................................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "#include \"cli/web/web_page.h\"\n
const unsigned char hc_web_page_bytes[] = {\n${bytes}};
const size_t hc_web_page_size = sizeof hc_web_page_bytes;\n")

Feature: Interrupts
  A wire, a controller, a vector. The wires may lead through the I/O APIC or the 8259s, and PCI's devices may send messages
  instead; the command line can forbid what is new. Whatever brings them, they come.

  Scenario: Where the firmware tells of an I/O APIC, it brings them
    Given I have a disk image with a sector full of "sector "
    And I attach this image as a virtio block device
    When I run the machine
    Then I should see "Interrupts come through the I/O APIC: 24 inputs."
    And I should see "# "
    When I type "head -c 21 /dev/vda; echo"
    Then I should see "sector sector sector"
    When I type "grep -E 'ata|com1|virtio|timer' /proc/interrupts"
    Then I should see " APIC timer"
    And I should see " IO-APIC com1"
    And I should see " IO-APIC ata"
    And I should see " APIC virtio-block"

  Scenario Outline: With the options "<options>" the 8259s do
    Given Cor's own kernel
    And the kernel's command line "<options>"
    And Cor's own disk is attached as an IDE drive
    And I have a disk image with a sector full of "sector "
    And I attach this image as a virtio block device
    When I run the machine
    Then I should see "Interrupts come through the 8259s."
    And I should see "The root is the ext2 of hda2."
    And I should see "# "
    When I type "head -c 21 /dev/vda; echo"
    Then I should see "sector sector sector"
    When I type "grep -E 'ata|com1|virtio|timer' /proc/interrupts"
    Then I should see " <timer> timer"
    And I should see " 8259 com1"
    And I should see " 8259 ata"
    And I should see " <disk> virtio-block"
    When I type "sleep 0.1; echo still a''wake"
    Then I should see "still awake"

    Examples:
      | options          | disk | timer |
      | noapic           | APIC | APIC  |
      | noapic pci=nomsi | 8259 | APIC  |
      | nolapic          | 8259 | 8259  |

  Scenario: Three devices on two wires of the I/O APIC
    Given a CD with GRUB 2 on it
    And the kernel's command line "pci=nomsi"
    And I have a disk image with a sector full of "one "
    And I attach this image as a virtio block device
    And I have a disk image with a sector full of "two "
    And I attach this image as a virtio block device
    And I have a disk image with a sector full of "three "
    And I attach this image as a virtio block device
    When I run the machine
    Then I should see "Interrupts come through the I/O APIC"
    And I should see "# "
    When I type "grep virtio /proc/interrupts"
    Then I should see " IO-APIC virtio-block"
    And I should see " IO-APIC virtio-block"
    And I should see " IO-APIC virtio-block"
    When I type "for i in a b c; do for n in vda vdb vdc; do head -c 12 /dev/$n; cat /dev/$n | wc -c; done; done"
    Then I should see "one one one 1048576"
    And I should see "two two two 1048576"
    And I should see "three three 1048576"
    And I should see "three three 1048576"
    And I should see "three three 1048576"
